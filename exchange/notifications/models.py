"""Letter: one mail to one person, logged from the moment it is due until the mail server has it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.accounts.models import User
from exchange.core.models import Model, index_where, now

STATES = ("waiting", "put off", "sent", "failed", "bounced")


class Letter(Model):
    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # news id + recipient: the same news writes once
    kind: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(default="en")
    details: Mapped[dict] = mapped_column(default=dict)  # ids only; words are rendered when sent
    subject: Mapped[str | None]  # what it speaks of, as 'practice:K7Q2M': its thread
    message_id: Mapped[str] = mapped_column(index=True)
    for_digest: Mapped[bool] = mapped_column(default=False)  # waits for the daily letter
    at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]  # a mail server could not deliver it
    bounced_for_good: Mapped[bool] = mapped_column(default=False)  # and says that the address is wrong
    user: Mapped[User | None] = relationship()
    __table_args__ = (index_where("ix_letters_waiting", "next_try_at", where="sent_at IS NULL"),)

    @property
    def state(self):
        """One of STATES."""
        if self.bounced_at or self.failed_at:
            return "bounced" if self.bounced_at else "failed"
        if self.sent_at:
            return "sent"
        return "put off" if self.tries else "waiting"
