"""Makes the demonstration and a login, in a process with the settings of the server."""

from __future__ import annotations

import json


def main() -> None:
    """Print the cookie of an administrator and the person whose sliders are moved."""
    from cryodose.clinic.environment import read_environment
    from cryodose.clinic.serve import migrate, prepare_folder, set_up_django

    prepare_folder(read_environment())
    set_up_django()
    migrate()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from cryodose.clinic import models as m
    from cryodose.clinic.services.demo import fill

    clinic = fill()
    user = m.User.objects.create_user("ann@example.org", "Ann", "a long enough phrase")
    m.Membership.objects.create(user=user, clinic=clinic, role="administrator")
    person = m.Person.objects.get(clinic=clinic, family_name="Alder")
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    print(json.dumps({"cookie": store.session_key, "person": str(person.pk)}))


if __name__ == "__main__":
    main()
