"""The language explained word by word, from its published schemas: as answers in the terminal and as pages."""
