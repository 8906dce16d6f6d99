"""What the service offers to agents by the Model Context Protocol."""
