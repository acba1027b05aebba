"""Takes held to measures that need no model: what a clip shows, how it ranks among its fellows, and their contact sheet."""
