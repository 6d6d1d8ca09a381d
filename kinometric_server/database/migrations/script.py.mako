"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kinometric_server.database import columns
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Refuse: going back is done by restoring the backup that was made before."""
    raise NotImplementedError("restore the backup made before the migration")
