"""The pages of those who review: the desk, one review, and the acts on public cases."""

from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask_babel import format_skeleton, gettext as _, ngettext
from flask_login import current_user

from exchange.core import i18n
from exchange.core.models import db, now
from exchange.core.web import notice, require
from exchange.moderation import compare, queries, service
from exchange.moderation.forms import desk as forms
from exchange.moderation.models import RUBRIC, Comment, Review
from exchange.moderation.views import moderation
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.taxonomy import service as taxonomy

REFUSALS = (service.Refusal, service.NotAllowed)
ID = "<int(max=2147483647):id>"
