"""Forms of a partner and its editors."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form as Row
from wtforms import FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from exchange.config import LANGUAGES
from exchange.core.forms import Form, at_most, needed, one_line, own_mail_address, web_address
from exchange.network.forms import fields
from exchange.network.forms.fields import TextForm, line
from exchange.network.service import codes
from exchange.network.service.partners import partners
from exchange.practices import service as practices


class ProgrammeRow(Row):
    name = line(_l("Name"), at_most(200))
    years = line(_l("Years"), at_most(40))
    text = line(_l("What it does"), at_most(500))
    address = line(_l("Web address"), web_address, at_most(500))


class PartnerForm(TextForm):
    name = line(_l("Name"), needed(_l("Write its name.")), at_most(120))
    kind = SelectField(
        _l("Kind"), choices=[SelectChoice(kind, words) for kind, words in partners.KINDS.items()]
    )
    website = line(_l("Web site"), web_address, at_most(500))
    about_en = TextAreaField(_l("What it is, in English"), [at_most(3000)])
    about_fr = TextAreaField(_l("What it is, in French"), [at_most(3000)])
    about_es = TextAreaField(_l("What it is, in Spanish"), [at_most(3000)])
    about_de = TextAreaField(_l("What it is, in German"), [at_most(3000)])
    programmes = fields.Rows(FormField(ProgrammeRow), _l("Joint programmes"), max_entries=fields.MOST_ROWS)
    links = fields.Rows(FormField(fields.LinkRow), _l("Links"), max_entries=fields.MOST_ROWS)
    practices = StringField(_l("Practices it brought"), [at_most(500)], filters=[one_line])
    topics = fields.topic_list(_l("Topics"))
    source = line(_l("Source"), at_most(500))

    @classmethod
    def of(cls, content, **more):
        typed = {**content, "practices": ", ".join(content["practices"])} if content else {}
        typed |= {f"about_{code}": text for code, text in typed.get("about", {}).items()}
        return cls(formdata=None, data={**typed, **more})

    def validate_about_en(self, field):
        if not self.abouts:
            raise ValidationError(_("Say what it is, in one of the languages at least."))

    def validate_practices(self, field):
        known = practices.public_titles(self.practice_ids)
        missing = [one for one in self.practice_ids if one not in known]
        if missing:
            raise ValidationError(_("No public case is called %(ids)s.", ids=", ".join(missing)))

    @property
    def abouts(self):
        """Language → text, of those in which something stands."""
        told = {code: self[f"about_{code}"].data for code in LANGUAGES}
        return {code: text for code, text in told.items() if text}

    @property
    def practice_ids(self):
        """Short names, also taken from addresses that were pasted."""
        words = (self.practices.data or "").replace(",", " ").split()
        return list(dict.fromkeys(word.rpartition("/")[2].partition("-")[0] for word in words))

    @property
    def content(self):
        return {
            **{name: self[name].data or "" for name in ("name", "kind", "website", "source")},
            "about": self.abouts,
            "programmes": fields.filled(self.programmes),
            "links": fields.filled(self.links),
            "practices": [one for one in self.practice_ids if codes.is_code(one)],
            "topics": self.chosen_topics(),
        }


class EditorForm(Form):
    email = line(
        _l("Mail address of the account"), needed(_l("Write a mail address.")), own_mail_address, at_most(254)
    )
