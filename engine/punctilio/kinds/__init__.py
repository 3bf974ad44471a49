"""The five kinds of rule, a file each. They do not know each other; ``plan`` puts them in order."""
