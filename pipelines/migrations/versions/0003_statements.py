"""What people state in the application: link decisions and explanations, append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SQLITE_GUARD = """
create trigger {table}_no_{verb} before {verb} on {table}
begin select raise(abort, '{table} is append-only'); end
"""
_POSTGRES_FUNCTION = """
create function {table}_is_append_only() returns trigger language plpgsql as
$$ begin raise exception '{table} is append-only'; end $$
"""
_POSTGRES_GUARD = """
create trigger {table}_append_only before update or delete on {table}
for each row execute function {table}_is_append_only()
"""


def upgrade() -> None:
    """Create both tables with their triggers."""
    texts = {
        "link_decisions": ("record_id", "keyword", "target_kind", "target_id", "state", "reason"),
        "explanations": ("subject", "unit_id", "text"),
    }
    for table, names in texts.items():
        op.create_table(
            table,
            sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
            *(sa.Column(name, sa.Text, nullable=False) for name in names),
            sa.Column("stated_by", sa.Text, nullable=False),
            sa.Column("stated_at", sa.DateTime, nullable=False),
            sqlite_autoincrement=True,
        )
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                op.execute(_SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(_POSTGRES_FUNCTION.format(table=table))
            op.execute(_POSTGRES_GUARD.format(table=table))
