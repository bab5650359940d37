"""The forms in which events are proposed and changed."""

from flask import render_template, url_for
from flask_login import current_user

from exchange.core.web import require
from exchange.network.forms.dates import EventForm
from exchange.network.forms.fields import with_spare
from exchange.network.models.dates import Event
from exchange.network.service import codes, vetted, vetting
from exchange.network.service.dates import events, times
from exchange.network.views import network
from exchange.network.views.texts import me, send

NEW, EDIT = "/events/new", "/events/<public_id>/edit"


@network.get(NEW)
def new_event():
    require(vetted.may_propose(current_user))
    return form_page(EventForm.of({}, code=codes.new_code(Event.public_id), **suggested()))


@network.post(NEW)
def propose_event():
    require(vetted.may_propose(current_user))
    form = EventForm.sent({})
    return send(
        form, lambda: events.propose(form.content, me(), base="", code=form.code.data), form_page, public_page
    )


@network.get(EDIT)
def event_text(public_id):
    event = changed_here(public_id)
    content = vetted.text_of(events.KIND, event)
    return form_page(EventForm.of(content, base=vetting.base_of(events.KIND, public_id)), event)


@network.post(EDIT)
def change_event(public_id):
    event = changed_here(public_id)
    content = vetted.text_of(events.KIND, event)
    form = EventForm.sent(content)
    return send(
        form,
        lambda: events.propose(
            {**form.content, "documents": content.get("documents", [])}, me(), event, form.base.data
        ),
        lambda form: form_page(form, event),
        public_page,
    )


def changed_here(public_id):
    """The event, for whoever may change it; 404 for everyone else."""
    event = events.find(public_id)
    require(vetted.may_propose(current_user))
    require(event is not None and vetted.may_change(events.KIND, event, current_user))
    return event


def suggested():
    """What a new event starts from: the person's city, and its clocks where the country has but one zone."""
    city = current_user.cities[0] if current_user.cities else None
    partners = vetted.partners_of(current_user)
    return {
        "city": city.slug if city else "",
        "partner": partners[0].public_id if partners else "",
        "zone": times.zone_of_country(city.country) if city else "",
    }


def form_page(form, event=None):
    return render_template(
        "network/event_form.html",
        form=with_spare(form),
        event=event,
        zones=sorted(times.zones()),
        is_public=event is not None and event.is_public,
    )


def public_page(event):
    return url_for("network.event", ref=event.public_id)
