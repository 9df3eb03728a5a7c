"""The sign-in form: allauth's own, without its offer to mail a new password, which this product never does."""

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """User name and password, with labels alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)
