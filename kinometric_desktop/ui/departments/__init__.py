"""The departments screen."""
