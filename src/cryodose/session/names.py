"""Names that a session or experiment file may use, exactly as `experiments/FORMAT.md` has them."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["human", "pig-skin", "dog-skin", "rat-skin", "gel", "skin-in-vitro"]
Species: TypeAlias = Literal["human", "pig", "mouse"]
Membrane: TypeAlias = Literal["skin", "stratum-corneum"]
Sex: TypeAlias = Literal["female", "male", "mixed"]

Modality: TypeAlias = Literal[
    "cryosauna",
    "cryochamber",
    "cold-pack",
    "immersion",
    "liquid-nitrogen",
    "cryoelectrophoresis",
]

Site: TypeAlias = Literal[
    "forehead",
    "cheek",
    "nose",
    "ear",
    "neck",
    "chest",
    "abdomen",
    "back",
    "pelvis",
    "shoulder",
    "upper-arm",
    "forearm",
    "hand",
    "finger",
    "thigh",
    "knee",
    "calf",
    "ankle",
    "foot",
    "toe",
    "sole",
]
RegionGroup: TypeAlias = Literal["arm", "leg", "trunk", "mean"]
CoreSite: TypeAlias = Literal["rectal", "tympanic", "gut", "oesophagus"]
MeasuredSite: TypeAlias = Literal[Site, RegionGroup, CoreSite, "blood"]
WeightedRegion: TypeAlias = Literal[Site, "arm", "leg", "trunk"]

# Clothes name hands, feet and ears in the plural; the other regions keep their names.
CoveredRegion: TypeAlias = Literal[
    "hands",
    "feet",
    "face",
    "groin",
    "ears",
    "trunk",
    "arm",
    "leg",
    "forehead",
    "cheek",
    "nose",
    "neck",
    "chest",
    "abdomen",
    "back",
    "pelvis",
    "shoulder",
    "upper-arm",
    "forearm",
    "finger",
    "thigh",
    "knee",
    "calf",
    "ankle",
    "toe",
    "sole",
]
Garment: TypeAlias = Literal[
    "wool mittens",
    "wool socks",
    "mask",
    "underwear",
    "headband",
    "winter clothing",
    # Beyond FORMAT.md: what makes a sweaty foot freeze.
    "wet wool mittens",
    "wet wool socks",
]

PackAgent: TypeAlias = Literal[
    "cubed-ice",
    "crushed-ice",
    "wetted-ice",
    "gel-pack",
    "frozen-peas",
    "cold-compress",
    "water-alcohol",
    "cold-water",
    "circulating-water",
    "instant-pack",
    "pcm-pack",
    "ice-massage",
    "thermode",
    "none",
]
Barrier: TypeAlias = Literal[
    "none", "dry-towel", "dry-cloth", "damp-cloth", "plastic", "elastic-bandage"
]
Compression: TypeAlias = Literal["none", "elastic-wrap", "flexi-wrap", "pneumatic"]
Activity: TypeAlias = Literal["rest", "walk"]
Immersed: TypeAlias = Literal["lower-leg", "legs", "to-iliac-crest", "to-chest"]

Cryogen: TypeAlias = Literal["liquid-nitrogen", "nitrous-oxide", "dmep", "argon"]
Technique: TypeAlias = Literal[
    "open-spray", "cone-spray", "contact-probe", "cotton-swab", "needle-probe", "vapour-jet"
]
DiagnosedBy: TypeAlias = Literal["looking", "dermoscopy", "histology"]
NearLesion: TypeAlias = Literal[
    "digital-nerve",
    "nerve",
    "nail-fold",
    "eyelid",
    "eye-corner",
    "nostril",
    "nasolabial-fold",
    "lip-border",
    "cartilage",
    "tendon",
    "hair",
]

Drug: TypeAlias = Literal[
    "lidocaine",
    "procaine",
    "fentanyl",
    "sumatriptan",
    "zolmitriptan",
    "ropinirole",
    "apomorphine",
    "pilocarpine",
    "granisetron",
    "acyclovir",
    "5-aminolevulinic-acid",
    "methyl-aminolevulinate",
    "diclofenac",
    "dexamethasone-phosphate",
    "methotrexate",
    "salicylate",
    "ascorbate",
    "nicotinate",
    "iodide",
    "glycine",
    "cytochrome-c",
    "hbfgf",
]
DonorState: TypeAlias = Literal["liquid", "frozen"]
Polarity: TypeAlias = Literal["anode", "cathode"]
Waveform: TypeAlias = Literal["continuous", "pulsed", "alternating"]
Vasoactive: TypeAlias = Literal["none", "constrictor", "dilator"]

Read: TypeAlias = Literal["raw-data", "table", "text", "abstract", "secondary"]
Quantity: TypeAlias = Literal[
    "skin-temperature",
    "mean-skin-temperature",
    "core-temperature",
    "tissue-temperature",
    "surface-temperature",
    "time-to-temperature",
    "time-to-change",
    "isotherm-depth",
    "isotherm-diameter",
    "frozen-volume",
    "skin-conductance-change",
    "muscle-flow-change",
    "nerve-velocity-change",
    "delivered-mass",
    "transport-number",
    "tissue-concentration",
    "time-of-minimum",
    "necrosis-depth",
    "necrosis-volume",
    "delivery-rate",
    "volume-flux",
]
Unit: TypeAlias = Literal[
    "C",
    "s",
    "mm",
    "mm3",
    "cm3",
    "m/s",
    "mL/100g/min",
    "ug",
    "mg",
    "ug/cm2",
    "ug/cm3",
    "ug/cm2/h",
    "uL/cm2/h",
    "-",
    "percent",
]
DepthFrom: TypeAlias = Literal["skin", "adipose"]
Layer: TypeAlias = Literal["fat", "joint"]
Nerve: TypeAlias = Literal["sural-sensory", "tibial-motor"]
Since: TypeAlias = Literal["start", "exit"]
Relation: TypeAlias = Literal["less", "greater", "ratio", "difference", "between"]
