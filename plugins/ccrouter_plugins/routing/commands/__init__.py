"""What a command would do: shell, SQL and one-liners, judged by their parsed words.

`command.judge` judges a text that is a command; `command_text` finds commands inside prose; `tools/` are tables of what
each tool's verbs and flags do, `tools/__init__` explains their form.
"""
