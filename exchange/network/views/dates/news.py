"""News: the list, one item, and the form in which it is proposed and changed."""

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.core.pages import page_count, page_number
from exchange.core.web import require
from exchange.network.forms.dates import NewsForm
from exchange.network.models.dates import NewsItem
from exchange.network.service import codes, vetted, vetting
from exchange.network.service.dates import news as service
from exchange.network.service.partners import partners
from exchange.network.views import network
from exchange.network.views.texts import me, ref_id, send
from exchange.taxonomy import service as taxonomy

NEW, EDIT = "/news/new", "/news/<public_id>/edit"


@network.get("/news")
def news():
    tree = taxonomy.topics()
    topic = request.args.get("topic") if request.args.get("topic") in tree else ""
    page = page_number(request.args.get("page"))
    rows, total = service.latest(page, topic)
    return render_template(
        "network/news.html",
        rows=rows,
        total=total,
        page=page,
        pages=page_count(total, service.PER_PAGE),
        first=(page - 1) * service.PER_PAGE + 1,
        topic=topic,
        topics=tree,
        page_address=lambda number: url_for("network.news", topic=topic or None, page=number),
        may_propose=vetted.may_propose(current_user),
    )


@network.get("/news/<ref>")
def news_item(ref):
    found = service.find(ref_id(ref))
    if found is None or not found.is_public:
        abort(404)
    right = service.path_of(found.public_id, found.get("title"))
    if request.path != right:
        return redirect(right, 301)
    return render_template(
        "network/news_item.html",
        item=found,
        partner=vetted.find_public(partners.Partner, found.get("partner")) if found.get("partner") else None,
        topics=taxonomy.topics(),
        may_change=vetted.may_change(service.KIND, found, current_user),
    )


@network.get(NEW)
def new_news():
    require(vetted.may_propose(current_user))
    return form_page(NewsForm.of({}, code=codes.new_code(NewsItem.public_id)))


@network.post(NEW)
def propose_news():
    require(vetted.may_propose(current_user))
    form = NewsForm.sent({})
    return send(
        form,
        lambda: service.propose(form.content, me(), base="", code=form.code.data),
        form_page,
        public_page,
    )


@network.get(EDIT)
def news_text(public_id):
    item = changed_here(public_id)
    content = vetted.text_of(service.KIND, item)
    return form_page(NewsForm.of(content, base=vetting.base_of(service.KIND, public_id)), item)


@network.post(EDIT)
def change_news(public_id):
    item = changed_here(public_id)
    form = NewsForm.sent(vetted.text_of(service.KIND, item))
    return send(
        form,
        lambda: service.propose(form.content, me(), item, form.base.data),
        lambda form: form_page(form, item),
        public_page,
    )


def changed_here(public_id):
    require(vetted.may_propose(current_user))
    item = service.find(public_id)
    require(item is not None and vetted.may_change(service.KIND, item, current_user))
    return item


def form_page(form, item=None):
    return render_template(
        "network/news_form.html", form=form, item=item, is_public=item is not None and item.is_public
    )


def public_page(item):
    return url_for("network.news_item", ref=item.public_id)
