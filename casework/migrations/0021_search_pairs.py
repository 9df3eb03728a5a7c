"""Names are searched by pairs of words, and the dictionary by keys that are not in every word."""

import django.db.models.deletion
from django.db import migrations, models

from casework.models.walls import live

SEEN = f"(@.case_id IS NOT NULL AND {live('@.case_id', 1)}) OR (@.referral_id IS NOT NULL AND rt_reads_referral(@.referral_id))".replace(
    "@", "casework_partypair"
)
PAIRS = """INSERT INTO casework_partypair (case_id, referral_id, party_id, pair)
    SELECT w.case_id, w.referral_id, w.party_id, least(w.word COLLATE "C", o.word COLLATE "C") || ' ' || greatest(w.word COLLATE "C", o.word COLLATE "C")
      FROM casework_partyword w JOIN casework_partyword o ON o.party_id = w.party_id AND o.id < w.id AND o.word <> w.word"""

SQL = f"""
CREATE FUNCTION pair_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {PAIRS} WHERE w.id = NEW.id;
    ELSE
        DELETE FROM casework_partypair p WHERE p.party_id = OLD.party_id AND OLD.word IN (split_part(p.pair, ' ', 1), split_part(p.pair, ' ', 2));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER pair_words AFTER INSERT OR DELETE ON casework_partyword FOR EACH ROW EXECUTE FUNCTION pair_words();
{PAIRS};

ALTER TABLE casework_partypair ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON casework_partypair FOR SELECT TO rt_app USING ({SEEN});
REVOKE INSERT, UPDATE, DELETE ON casework_partypair FROM rt_app, rt_system;

-- Pairs of letters are in thousands of words; triples and sounds find as many, and the pairs still count
CREATE OR REPLACE FUNCTION similar_words(looked_for text[], at_least int) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.word FROM casework_nameword w,
        LATERAL (SELECT count(*) AS hits FROM unnest(looked_for) k WHERE w.keys ? k) found
     WHERE w.keys ?| ARRAY(SELECT k FROM unnest(looked_for) k WHERE length(k) > 2 OR k LIKE '~%') AND found.hits >= at_least
     ORDER BY found.hits DESC LIMIT 200
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0014_access_indexes")]
    operations = [
        migrations.CreateModel(
            name="PartyPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pair", models.CharField(max_length=170)),
                ("case", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case")),
                ("party", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.party")),
                ("referral", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.referral")),
            ],
            options={"indexes": [models.Index(fields=["pair", "-party"], name="party_pair")]},
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
