"""How Django forms are drawn: the kit's own templates, found through the project's template settings."""

from django.forms.renderers import TemplatesSetting


class KitRenderer(TemplatesSetting):
    """Draws forms, fields and formsets with the templates in `templates/forms`."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
