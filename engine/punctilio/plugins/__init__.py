"""Plugins: found by their entry points, loaded each by itself, and called under guard.

Nothing here is imported until a command has use for plugins, or a name is asked for that is not built in. A plugin that
fails, however it does, is named with its distribution, and costs nobody else anything.
"""
