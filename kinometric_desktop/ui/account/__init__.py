"""A person's own account: password, second factor, computers."""
