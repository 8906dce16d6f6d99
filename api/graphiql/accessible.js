// Tells assistive technology what GraphiQL's widgets leave out: names of the editors, a way to scroll
// them with the keyboard, and tabs that are plain buttons, since each holds a second one.
(() => {
  const set = (node, name, value) => {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  };
  const nameOf = (editor) => {
    if (editor.closest(".graphiql-query-editor")) return "Operation";
    if (editor.closest(".result-window")) return "Result";
    const tool = editor.closest(".graphiql-editor-tool");
    const editors = tool ? [...tool.querySelectorAll(".graphiql-editor")] : [];
    return editors.indexOf(editor.closest(".graphiql-editor")) === 1 ? "Headers" : "Variables";
  };
  const mend = () => {
    for (const text of document.querySelectorAll(".CodeMirror textarea")) set(text, "aria-label", nameOf(text));
    for (const area of document.querySelectorAll(".CodeMirror-scroll")) set(area, "tabindex", "0");
    for (const list of document.querySelectorAll(".graphiql-tabs[role]")) list.removeAttribute("role");
    for (const tab of document.querySelectorAll(".graphiql-tab")) {
      const current = tab.classList.contains("graphiql-tab-active");
      for (const name of ["role", "aria-selected"]) tab.removeAttribute(name);
      const button = tab.querySelector(".graphiql-tab-button");
      if (button) set(button, "aria-current", String(current));
      for (const name of ["role", "aria-selected"]) button?.removeAttribute(name);
    }
  };
  // Each change is looked at once, after the page has drawn it; what is mended already stays as it is.
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend();
    });
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["role", "aria-selected", "class"] });
})();
