"""The schema's history: one revision per released change, run by Alembic."""
