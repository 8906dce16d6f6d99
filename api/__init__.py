"""The process: settings, application, command line."""
