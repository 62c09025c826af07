"""Confirmed mappings of source shapes, append-only; uploads that replace their scope."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SQLITE_GUARD = """
create trigger mappings_no_{verb} before {verb} on mappings
begin select raise(abort, 'mappings is append-only'); end
"""
_POSTGRES_FUNCTION = """
create function mappings_is_append_only() returns trigger language plpgsql as
$$ begin raise exception 'mappings is append-only'; end $$
"""
_POSTGRES_GUARD = """
create trigger mappings_append_only before update or delete on mappings
for each row execute function mappings_is_append_only()
"""


def upgrade() -> None:
    """Create the table with its triggers; uploads of before add to what was there."""
    op.add_column(
        "uploads", sa.Column("replaces", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "mappings",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("confirmed_by", sa.Text, nullable=False),
        sa.Column("confirmed_at", sa.DateTime, nullable=False),
        sa.Column("forgotten_by", sa.Text),
        sa.Column("forgotten_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE_GUARD.format(verb=verb))
    else:
        op.execute(_POSTGRES_FUNCTION)
        op.execute(_POSTGRES_GUARD)
