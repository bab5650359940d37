"""What the tests of talk play with: a challenge of Porto's, and people who answer, comment, ask."""

from exchange.core.models import db
from exchange.network.models.talk import Answer, Challenge, Question, TalkComment
from exchange.network.service.talk import answering, challenges, questions, reports, routing
from tests import cast

WORDS = {
    "title": "Shade for a square under which trees cannot root",
    "text": "A car park lies beneath the square. In summer nobody crosses it after eleven.",
    "constraints": "The roof of the car park bears **300 kg** a square metre.",
    "topics": ["climate"],
    "by_when": "2027-03",
    "asked_by": "Public space",
    "language": "en",
}


def otto():
    """Otto works for Wien."""
    return cast.person("Otto", city="wien")


def posed(ana, city="porto", **words):
    made = challenges.pose(ana, cast.find_city(city), {**WORDS, **words})
    db.session.flush()
    return made


def advice(challenge, otto, text="Hang sails; ours have lasted nine years.", city="wien"):
    return answering.answer(challenge, otto, cast.find_city(city), "advice", text, "en")


def asked(ana, title="Who pays for the upkeep of sails?", **more):
    told = {"kind": "financial", "text": "We have no line for it.", "topics": ["governance"], **more}
    return questions.ask(ana, cast.find_city("porto"), title=title, language="en", **told)


def post(app, user, path, **form):
    """The answer to a form that this person sends."""
    client = cast.client_of(app, user)
    return client.post(path, data={"csrf_token": cast.token_for(app, client), **form})


def look(app, user, path):
    return cast.client_of(app, user).get(path, follow_redirects=True).get_data(as_text=True)


def access(people):
    """Arguments for the addresses of talk in the table of access; Dakar is there to be asked."""
    ana, otto, rita, bruno = (people[role] for role in ("author", "other author", "reader", "moderator"))
    cast.find_city("dakar")
    found, closed, locked = (posed(ana, title=title) for title in ("Open", "Closed", "Locked"))
    answer = advice(found, otto)
    comment = answering.comment(found, rita, "How hot do they get?", "en", answer)
    rude = answering.comment(found, rita, "You are all fools.", "en")
    reports.hide(rude, bruno, "It insults.")
    challenges.close(closed, ana, "We hung sails.")
    reports.lock(locked, bruno, "It became a quarrel.")
    public, private = asked(ana, title="Public", agrees=True), asked(ana, title="Private")
    for question in (public, private):
        if routing.request_of(question, otto) is None:
            routing.put(question, "topic", cast.find_city("wien").id)
    questions.reply(public, otto, "The district pays for it.", "en", agrees=True)
    one = {"ref": found.public_id}
    thing = {"kind": "answer", "thing_id": answer.id, "do": "hide"}
    challenge_pages = (
        *("challenge", "changing_challenge", "change_challenge", "challenge_outcome", "close_challenge"),
        *("answer_challenge", "comment_on_challenge"),
    )
    question_pages = ("question", "reply_to_question", "publish_question", "close_question")
    report_pages = ("reporting", "report_thing", "report_decision", "moderate")
    return {
        **{f"network.{name}": one for name in challenge_pages},
        "network.reopen_challenge": {"ref": closed.public_id},
        **{
            f"network.{name}": {**one, "answer_id": answer.id}
            for name in ("answer_helped", "take_answer_back")
        },
        "network.take_comment_back": {**one, "comment_id": comment.id},
        **{f"network.{name}": {"ref": public.public_id} for name in question_pages},
        **{
            f"network.{name}": {"ref": private.public_id} for name in ("pass_question_on", "forward_question")
        },
        **{f"network.{name}": thing for name in report_pages},
        "network.unlock": {"kind": "challenge", "thing_id": locked.id},
        **{
            f"network.{name}": {"kind": "comment", "thing_id": rude.id}
            for name in ("hiding_appeal", "appeal_hiding")
        },
        "api.challenge_json": one,
    }


def forms(args):
    """Fingerprints of what stands."""
    found = challenges.find(args["network.change_challenge"]["ref"])
    return {"network.change_challenge": {"base": challenges.base_of(found)}}


def leaking(mark, ana, bruno):
    """Everything of talk that nobody may read, with a marker in every text; and public talk around it."""
    writer = otto()
    found, hidden = posed(ana, title="Visible"), posed(writer, city="wien", **marked(mark))
    answer = advice(hidden, ana, f"{mark}beneath", city="porto")
    answering.comment(hidden, writer, f"{mark}beneathtoo", "en", answer)
    reports.hide(hidden, bruno, f"{mark}reason")
    gone, stays = advice(found, writer, f"{mark}answer"), advice(found, writer, "Visible advice.")
    answering.comment(found, ana, f"{mark}beneathanswer", "en", gone)
    reports.hide(gone, bruno, f"{mark}reason")
    rude = answering.comment(found, writer, f"{mark}comment", "en", stays)
    reports.hide(rude, bruno, f"{mark}reason")
    reports.appeal(rude, writer, f"{mark}appeal")
    for thing in (
        advice(found, writer, f"{mark}takenback"),
        answering.comment(found, writer, f"{mark}x", "en"),
    ):
        answering.take_back(thing, writer)
    reports.report(stays, ana, "wrong", f"{mark}report")
    private, public = (
        asked(ana, title=title, text=text, agrees=bool(agrees))
        for title, text, agrees in ((f"{mark}title", f"{mark}text", 0), ("Visible question", "Who?", 1))
    )
    for question in (private, public):
        if routing.request_of(question, writer) is None:
            routing.put(question, "topic", cast.find_city("wien").id)
        questions.reply(question, writer, f"{mark}reply", "en")
    questions.reply(public, writer, "Visible reply.", "en", agrees=True)


def marked(mark):
    texts = {name: f"{mark}{name}" for name in ("title", "text", "constraints", "asked_by")}
    return {**texts, "topics": ["cycling"]}


def public_addresses(mark):
    yield from ("/challenges", "/challenges?state=open", "/challenges?topic=cycling", "/challenges?city=wien")
    yield from (f"/challenges?q={mark}", f"/challenges.json?q={mark}", "/challenges.json", "/challenges.atom")
    yield from ("/questions", "/questions?kind=financial", "/questions?list=waiting", "/questions?list=asked")
    yield from ("/cities/wien", "/reports", "/questions?list=unanswered")
    for one in db.session.query(Challenge):
        here = f"/challenges/{one.public_id}"
        yield from (here, f"{here}.json", f"{here}/outcome", f"{here}/change")
    yield from (f"/questions/{one.public_id}" for one in db.session.query(Question))
    for kind, model in (("challenge", Challenge), ("answer", Answer), ("comment", TalkComment)):
        for one in db.session.query(model):
            if kind != "answer" or not one.text.startswith("Visible"):
                yield from (f"/reports/{kind}/{one.id}{end}" for end in ("", "/decision", "/appeal"))


def pages_of_author(mark):
    """Pages on which Otto reads marked words of his."""
    hidden = db.session.query(Challenge).filter(Challenge.title == f"{mark}title").one()
    visible = db.session.query(Challenge).filter(Challenge.title == "Visible").one()
    private = db.session.query(Question).filter(Question.title == f"{mark}title").one()
    return [f"/challenges/{one.public_id}" for one in (hidden, visible)] + [f"/questions/{private.public_id}"]
