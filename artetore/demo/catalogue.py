"""Everything there is to draw: sixteen folders and their pictures."""

from .artists import (
    hills_in_mist,
    leaded_glass,
    marbled_endpapers,
    night_garden,
    paper_moons,
    pendulum_letters,
    quarter_turns,
    river_stones,
    rooms_with_windows,
    signal_ridges,
    small_cities,
    soirs_d_ete,
    star_atlas,
    sunflower_arithmetic,
    tide_lines,
    warp_and_weft,
)
from .picture import Picture

FOLDERS: dict[str, list[Picture]] = {
    "Tide Lines": tide_lines.PICTURES,
    "Paper Moons": paper_moons.PICTURES,
    "Night Garden": night_garden.PICTURES,
    "Small Cities": small_cities.PICTURES,
    "Soirs d’été": soirs_d_ete.PICTURES,
    "Marbled Endpapers": marbled_endpapers.PICTURES,
    "Hills in Mist": hills_in_mist.PICTURES,
    "Warp & Weft": warp_and_weft.PICTURES,
    "Leaded Glass": leaded_glass.PICTURES,
    "Sunflower Arithmetic": sunflower_arithmetic.PICTURES,
    "Signal #16": signal_ridges.PICTURES,
    "River Stones": river_stones.PICTURES,
    "Rooms with Windows": rooms_with_windows.PICTURES,
    "Star Atlas": star_atlas.PICTURES,
    "Quarter Turns": quarter_turns.PICTURES,
    "Pendulum Letters": pendulum_letters.PICTURES,
}

# Every picture by its place in the drive, folder/file.
PICTURES: dict[str, Picture] = {
    f"{folder}/{picture.file}": picture
    for folder, pictures in FOLDERS.items()
    for picture in pictures
}
