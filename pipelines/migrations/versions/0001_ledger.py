"""The first ledger: uploads, their findings and rule results, and an append-only audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SQLITE_GUARD = """
create trigger audit_no_{verb} before {verb} on audit
begin select raise(abort, 'audit is append-only'); end
"""
_POSTGRES_FUNCTION = """
create function audit_is_append_only() returns trigger language plpgsql as
$$ begin raise exception 'audit is append-only'; end $$
"""
_POSTGRES_GUARD = """
create trigger audit_append_only before update or delete on audit
for each row execute function audit_is_append_only()
"""


def upgrade() -> None:
    """Create the tables and the triggers that keep the audit trail append-only."""
    op.create_table(
        "uploads",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("upload_id", sa.String(64), nullable=False, unique=True),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("held_back", sa.Integer, nullable=False),
        sa.Column("original_kept", sa.Boolean, nullable=False),
        sa.Column("accepted_by", sa.Text, nullable=False),
        sa.Column("accepted_at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uploads_active_once",
        "uploads",
        ["idempotency_key"],
        unique=True,
        sqlite_where=sa.text("state = 'accepted'"),
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_table(
        "findings",
        _key(),
        *_texts("severity", "rule", "why", "how", "file", "sheet"),
        sa.Column("row", sa.Integer),
        *_texts("column", "value"),
    )
    op.create_table(
        "rule_results",
        _key(),
        *_texts("rule", "severity", "label"),
        sa.Column("checked", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        *_texts("who", "what", "object", "result"),
        sqlite_autoincrement=True,
    )
    _guard_audit()


def _key() -> sa.Column:
    return sa.Column(
        "upload_id", sa.String(64), sa.ForeignKey("uploads.upload_id"), nullable=False, index=True
    )


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text) for name in names]


def _guard_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE_GUARD.format(verb=verb))
    else:
        op.execute(_POSTGRES_FUNCTION)
        op.execute(_POSTGRES_GUARD)
