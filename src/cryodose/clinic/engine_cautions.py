"""Cautions and reasons of the engine that pages show in the reader's language.

As in `engine_words`: # stands for a number, {} for a part that is said by itself; a part named
`kept...` stays as it is (names of sources and rules).
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l

PATTERNS: tuple[tuple[str, str | Promise], ...] = (
    (
        r"(.+) \(with probability (\S+)\) would take (.+); the limit is (.+?) \((.+)\)\. "
        r"At that time the probability is (\S+)\.",
        _l("{}: with a probability of {} this takes {}; the limit is {} ({}). By then it is {}."),
    ),
    (
        r"(.+) \(with probability (\S+)\) is not reached within (.+); the limit is (.+?) \((.+)\)\."
        r" At that time the probability is (\S+)\.",
        _l(
            "{}: not reached with a probability of {} within {}; the limit is {} ({}). By then: {}."
        ),
    ),
    (
        r"From session (\d+) on it may last (.+); the goal is then reached with (\S+ %)\.",
        _l("From session {} on it may last {}; the goal is then reached with {}."),
    ),
    (
        r"From session (\d+) on it may last (.+); the goal is then reached in (.+)\.",
        _l("From session {} on it may last {}; the goal is then reached in {}."),
    ),
    (r"Too long: ((?:never|at most) .+)\.", _l("Too long: {}.")),
    (
        r"What would change it: (.+) reaches the goal in (.+)\.",
        _l("What would change it: {} reaches the goal in {}."),
    ),
    (
        r"Skin at or below (\S+) °C is likely at: (.+)\.",
        _l("Skin at or below {} °C is likely at: {}."),
    ),
    (
        r"Screened for (\S+) by rules (\S+), ([a-z-]+): (.+)",
        _l("Screened for {} by rules {}: {}; {}"),
    ),
    (r"Screened for (\S+) by rules (\S+), ([a-z-]+)\.", _l("Screened for {} by rules {}: {}.")),
    (r"Where nitrogen cools the chamber: (.+)", _l("Where nitrogen cools the chamber: {}")),
    (
        r"(Pigment|Blister|Scar|Nerve|Cartilage), (likely|possible|unlikely) "
        r"\(cause there in (.+) of cases\): (.+) \((?P<kept>[^()]+)\)",
        _l("{}, {} (cause there in {} of cases): {} ({})"),
    ),
    (
        r"(Pigment cells die within about .+ mm\. Pale skin for half a year or for good): (.+)\. "
        r"Colour that goes is no proof that a pigmented lesion is dead\.",
        _l("{}: {}. Colour that goes is no proof that a pigmented lesion is dead."),
    ),
    (
        r"NOT RELEASED: a clinician must decide first \((?P<kept>.+)\)\.",
        _l("NOT RELEASED: a clinician must decide first ({})."),
    ),
    (r"Cautions, to be acknowledged: (?P<kept>.+)\.", _l("Cautions, to be acknowledged: {}.")),
    (
        r"The room does not bear this session: oxygen would fall to (.+) in the breathing zone "
        r"and (.+) at the floor, below the first alarm of (.+) \((?P<kept>\S+)\) after (.+)\. "
        r"More air, extraction at the device or a larger room first; cryodose room says how much\.",
        _l(
            "The room does not bear this session: oxygen would fall to {} in the breathing zone "
            "and {} at the floor, below the first alarm of {} ({}) after {}. More air, extraction "
            "at the device or a larger room first; the page of the room says how much."
        ),
    ),
    (r"([a-z-]+), ([a-z-]+(?:, [a-z-]+)*)", "{}, {}"),
)
# Verdicts of screening, as a plan names them.
VERDICTS = (_l("stop"), _l("ask-clinician"), _l("incomplete"), _l("no-rule-hit"))
WHOLE_BODY = (
    _l(
        "The display shows the gas that is fed in, not the gas at the body: here between #% and "
        "#% of the displayed fall below the room is believed to reach it. Measure the gas near "
        "the body once to know."
    ),
    _l("Wet garments freeze to the skin: this is how people get frostbite. Dry them."),
    _l("The core may fall below # °C after the exit (#%)."),
    _l(
        "The oxygen of the room was not assessed: give the room with --room ROOM.toml (cryodose "
        "room ROOM.toml alone assesses it, too)."
    ),
    _l(
        "Nobody was screened: never use a cold cabin or chamber with high blood pressure, heart "
        "disease, cold urticaria, Raynaud's disease, pregnancy, or after alcohol."
    ),
    _l(
        "never use a cold cabin or chamber with high blood pressure, heart disease, cold "
        "urticaria, Raynaud's disease, pregnancy, or after alcohol."
    ),
    _l("Nothing else tried reaches the goal within the limits either."),
)
PACKS = (
    _l(
        "Nobody was screened: never use cold with cold urticaria, cryoglobulinaemia, Raynaud's "
        "disease, numb skin or poor circulation."
    ),
    _l(
        "never use cold with cold urticaria, cryoglobulinaemia, Raynaud's disease, numb skin or "
        "poor circulation."
    ),
    _l(
        "Only # application(s) on one day hold every limit: the tissue is still cold when the next "
        "one would begin. Plan again before any further one."
    ),
    _l("No other pack or cloth tried reaches the goal within the limits either."),
    _l(
        "A reading of # °C was left out: at that moment # °C, give or take #, was expected. "
        "Measure again."
    ),
)
FREEZES = (
    _l("the lesion lies over a nerve"),
    _l("the lesion lies in the corner of an eye"),
    _l("the lesion lies around a nostril"),
    _l("the lesion lies in the nasolabial fold"),
    _l("the lesion lies on the border of a lip"),
    _l(
        "Digital nerve: it runs a few millimetres below the skin on the sides of a finger or toe. "
        "Lift the skin off it, keep to the shortest freeze, and expect numbness for months; it "
        "came back within # months in all who were followed."
    ),
    _l(
        "Nail fold: a freeze over the proximal fold often harms the matrix, and the nail stays "
        "misshapen. Keep distal to it."
    ),
    _l(
        "Eyelid: never an open spray beside the eye. Use a contact probe or a cone, shield the "
        "eye, and stay off the margin of the lid."
    ),
    _l(
        "Below the knee: the skin heals slowly, up to six weeks; a third of lesions of Bowen "
        "disease frozen here took over # days. Not with diabetes or poor circulation without a "
        "clinician."
    ),
    _l(
        "Dark skin: melanocytes die near -# C, long before the lesion does. Expect pale skin with "
        "a dark rim for months or for good; freeze a test spot first."
    ),
    _l(
        "Very dark skin: nine of ten were markedly pale half a year after contact freezing of "
        "keloids, none after a needle from inside. Offer another way."
    ),
    _l(
        "Child: freezing is not usually suitable below ten years. One cycle of at most # s, with "
        "the child's own assent and something against the pain."
    ),
    _l(
        "Cartilage: the skin of ear and nose is thin. Cartilage itself survives to about -# C, but "
        "the skin over it does not; never clamp it."
    ),
    _l(
        "Tendon and bone: the skin is thin here. Move it over what lies below before you freeze; "
        "tendons have torn after deep freezes."
    ),
    _l("Hair: follicles die near -# C and the hair does not come back."),
    _l(
        "Face: not in the corner of an eye, around a nostril, in the nasolabial fold or on the "
        "border of a lip. State what is near the lesion (lesion.near)."
    ),
    _l("Skin type not stated: the risk of pale skin depends on it most (subject.skin_type)."),
    _l("Age not stated: children get one cycle of at most # s, or none (subject.age_y)."),
    _l(
        "This lesion is often dark and can look like a mole or a melanoma: look again before you "
        "freeze, and send tissue where there is any doubt."
    ),
    _l(
        "Dermis: the lesion is a cancer, or reaches through most of it; so the dermis below dies "
        "with the lesion and is no limit here. Expect a scar."
    ),
    _l(
        "The title of the session speaks of a mole or a cancer, the diagnosis does not: make sure "
        "that they are about the same lesion."
    ),
    _l("Laser clears genital warts more often than cold (BERTOLOTTI#, relative chance #)."),
    _l("Papilloma can mean a wart, a skin tag or a condyloma: it is dosed here as a skin tag."),
    _l(
        "Nobody was screened: never freeze with cold urticaria, cryoglobulinaemia, Raynaud's "
        "disease, or after a bad reaction to freezing."
    ),
)
HARMS = (
    _l("Pigment"),
    _l("Blister"),
    _l("Scar"),
    _l("Nerve"),
    _l("Cartilage"),
    _l("likely"),
    _l("possible"),
    _l("unlikely"),
    _l("Pigment cells die within about # mm. Pale skin for half a year or for good"),
    _l("# % of patients in one series, up to # % in dark skin; the type is not stated"),
    _l("usual in skin type #: up to # % after contact freezing of keloids"),
    _l("about # % of patients; skin type #"),
    _l(
        "Pain or a blister follows in # % after freezing to a halo and in # % after ten seconds "
        "more; it heals without a scar."
    ),
    _l(
        "Fibroblasts die through # of # mm of dermis. Collagen outlasts the cold; flat scars were "
        "seen in # % after freezing into the dermis, hair there does not return."
    ),
    _l(
        "A nerve lies within reach here. Feeling lost by freezing came back in # to # months; "
        "function of a motor nerve may be lost as long."
    ),
    _l("Cartilage dies by -# to -# °C: # mm of it here. Frozen through, it may notch."),
)
CURRENTS = (
    _l("Above # mA/cm# more than passing redness was seen after half an hour."),
    _l("Above # mA/cm# no more of a protein was found to go in."),
    _l(
        "Peaks may reach # V over the skin; above # V sweat ducts and then the horny layer give "
        "way."
    ),
    _l(
        "Wet the skin first: dry skin would ask for about # V, and where it gives way first it "
        "burns."
    ),
    _l(
        "The skin may be numb (#% of the ensemble below the onset of numbness) and cannot report a "
        "burn: look under the pad, and stop at the first change."
    ),
    _l(
        "Current passes only where the ice melts: never dry ice, never bare copper, iron or "
        "aluminium in the ice, and move a pad that is colder than the melt."
    ),
    _l("The electrode is not stated and was taken as inert and unbuffered."),
    _l("The drug itself numbs the skin: a burn may not be felt, so look under the pad."),
    _l("Both pads on the same side of the body: between two arms lies the heart."),
    _l("Not on a red site: wait three days where redness stays."),
    _l("How much of this drug a person may have is not assessed: that is prescribed."),
)
ROOMS = (
    _l(
        "The room bears this session, but not # an hour (oxygen down to # % in the breathing zone, "
        "# % at the floor): at most # an hour."
    ),
    _l("NOT RELEASED: # questions are open that could stop it."),
)
