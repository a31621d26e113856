"""The built-in plugins of ccrouter, one folder each."""
