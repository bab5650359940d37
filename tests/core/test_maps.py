"""Maps must be true: distance, direction, where land is; and light, and harmless as files."""

import gzip
import random
import re
import time
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from math import atan2, cos, degrees, hypot, radians, sin
from pathlib import Path

import pytest

from exchange.core import maps

STATIC = Path(__file__).parent.parent.parent / "static" / "img"

WIEN, SUVA, AUCKLAND, WELLINGTON = (48.21, 16.37), (-18.14, 178.44), (-36.85, 174.76), (-41.29, 174.78)
SINGAPORE, REYKJAVIK, MEDELLIN, PORTO = (1.35, 103.82), (64.15, -21.94), (6.25, -75.57), (41.15, -8.61)
FAMOUS = [WIEN, SUVA, AUCKLAND, WELLINGTON, SINGAPORE, REYKJAVIK, MEDELLIN, PORTO]

# fmt: off
INLAND = [
    (47.0, 8.5), (0.5, 25.0), (-25.0, 133.0), (55.0, 95.0), (40.0, -100.0), (-10.0, -52.0), (23.0, 10.0),
    (68.5, 178.5), (72.0, -40.0), (-80.0, 60.0), (22.0, 79.0), (-22.0, 145.0), (39.0, 33.0),
]
AT_SEA = [
    (30.0, -40.0), (-30.0, -20.0), (0.0, -140.0), (10.0, 175.0), (-35.0, 85.0), (85.0, 0.0), (42.0, 51.0),
    (43.5, 35.0), (-55.0, -150.0), (55.0, -178.0), (20.0, 65.0), (38.0, 5.0),
]
# fmt: on


def random_places(count, seed):
    rng = random.Random(seed)
    return [(rng.uniform(-60, 75), rng.uniform(-180, 180)) for _ in range(count)]


# Distance and direction


def test_the_way_from_wien_to_auckland_is_as_long_as_it_is():
    assert maps.distance_km(WIEN, AUCKLAND) == pytest.approx(17_900, rel=0.01)
    assert maps.distance_km((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.001)


def test_a_place_is_at_no_distance_from_itself_and_its_antipode_is_the_farthest():
    for lat, lon in random_places(50, seed=1):
        assert maps.distance_km((lat, lon), (lat, lon)) == 0
        assert maps.distance_km((lat, lon), (-lat, lon + 180)) == pytest.approx(maps.FARTHEST_KM, abs=0.01)


def test_distance_and_direction_are_true_on_a_cover():
    for middle, other in zip(random_places(200, seed=2), random_places(200, seed=3), strict=True):
        frame = maps.Frame(*middle, 640, 400, 2000)
        x, y = frame.xy(*other)
        dx, dy = x - 320, 200 - y
        assert hypot(dx, dy) / 200 * 2000 == pytest.approx(maps.distance_km(middle, other), abs=0.01)
        assert turn(degrees(atan2(dx, dy)), bearing(middle, other)) == pytest.approx(0, abs=1e-4)


def bearing(a, b):
    """Degrees from north by east at the start of the way, by the textbook formula."""
    (p, q), east = (radians(a[0]), radians(b[0])), radians(b[1] - a[1])
    return degrees(atan2(sin(east) * cos(q), cos(p) * sin(q) - sin(p) * cos(q) * cos(east)))


def turn(a, b):
    return (a - b + 180) % 360 - 180


def test_the_radius_reaches_the_nearer_edges():
    north = degrees(1500 / maps.EARTH_RADIUS_KM)
    assert maps.Frame(0, 0, 640, 400, 1500).xy(north, 0) == pytest.approx((320, 0))


@pytest.mark.parametrize(
    ("lat", "lon", "label"),
    [
        (59.3293, 18.0686, "59°20′N 18°04′E"),
        (6.2442, -75.5812, "6°15′N 75°35′W"),
        (59.9999, -0.9999, "60°00′N 1°00′W"),
        (-33.9261, 18.4241, "33°56′S 18°25′E"),
        (0, 0, "0°00′N 0°00′E"),
        (-18.1, 181.5, "18°06′S 178°30′W"),
    ],
)
def test_coordinates_are_written_to_the_minute_and_carry_to_the_degree(lat, lon, label):
    assert maps.coordinates_label(lat, lon) == label


@pytest.mark.parametrize(
    ("radius", "steps"),
    [
        (600, (200, 400, 600)),
        (1500, (500, 1000, 1500)),
        (2400, (500, 1000, 1500, 2000)),
        (10_000, (2000, 4000, 6000, 8000, 10_000)),
        (1, (0.2, 0.4, 0.6, 0.8, 1)),
    ],
)
def test_rings_stand_at_round_distances(radius, steps):
    assert maps.round_ring_steps(radius) == steps


def test_there_is_always_a_ring_and_never_more_than_asked():
    rng = random.Random(4)
    for _ in range(300):
        radius, most = rng.uniform(1, 20_000), rng.randint(2, 6)
        steps = maps.round_ring_steps(radius, most)
        assert 1 <= len(steps) <= most
        assert radius * 0.4 <= steps[-1] <= radius * (1 + 1e-9)


# Land where there is land


@pytest.mark.parametrize("radius", [600, 1500, 4000, 10_000, 15_000, 19_900])
def test_land_is_land_and_sea_is_sea_from_wherever_one_looks(radius):
    for middle in FAMOUS + random_places(6, seed=radius):
        frame = maps.Frame(*middle, 640, 400, radius)
        shapes = [shape for shape in maps.land_shapes(frame) if shape]
        for places, expected in ((INLAND, True), (AT_SEA, False)):
            for place in places:
                if may_be_judged(frame, place):
                    assert is_land(shapes, *frame.xy(*place)) is expected, (middle, radius, place)


def may_be_judged(frame, place):
    """On the sheet, and not so near the antipode that a pixel there is half a continent wide."""
    x, y = frame.xy(*place)
    away = maps.distance_km((frame.lat, frame.lon), place)
    return 0 < x < frame.width and 0 < y < frame.height and away < maps.FARTHEST_KM - 500


def is_land(shapes, x, y):
    """Even and odd, as a browser fills."""
    return sum(crossings(shape, x, y) for shape in shapes) % 2 == 1


def crossings(shape, x, y):
    return sum(
        (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax)
        for (ax, ay), (bx, by) in pairwise([*shape, shape[0]])
    )


def test_a_map_in_the_heart_of_a_continent_is_land_from_edge_to_edge():
    frame = maps.Frame(55, 95, 140, 84, 300)
    assert is_land([shape for shape in maps.land_shapes(frame) if shape], 1, 1)


def test_a_map_of_the_open_sea_has_no_land():
    assert maps.land_path(maps.Frame(-45, -125, 640, 400, 800)) == ""
    assert "<use" not in maps.cover_svg(-45, -125, "mobility", 640, 400, 800)


def test_nothing_is_drawn_outside_the_sheet():
    for middle in FAMOUS + random_places(20, seed=5):
        for shape in maps.land_shapes(maps.Frame(*middle, 640, 400, 2500)):
            assert all(-4 <= x <= 644 and -4 <= y <= 404 for x, y in shape)


def test_every_islet_that_is_drawn_can_be_seen():
    for shape in maps.land_shapes(maps.Frame(*SUVA, 640, 400, 1500)):
        assert not shape or abs(maps.area(shape)) >= maps.SMALLEST_PX2


# The cover as a file


@pytest.mark.parametrize("colour", ["housing", "mobility", "sustainability", "", "a topic of next year"])
def test_a_cover_is_a_well_formed_file_without_words_style_script_or_a_way_out(colour):
    for place in FAMOUS:
        svg = maps.cover_svg(*place, colour, 640, 400, 2000, [(*WIEN, True), (*SUVA, False)])
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
        assert tags <= {"svg", "rect", "defs", "pattern", "path", "use", "g", "circle"}
        assert not re.search(r"style|script|\son\w+=|https?://(?!www\.w3\.org/2000/svg)|nan|inf", svg)
        assert set(re.findall(r'href="([^"]+)"', svg)) <= {"#l"}


def test_each_topic_has_a_pattern_of_its_own_and_none_has_none():
    tiles = {colour: re.findall("<pattern.*</pattern>", cover(colour)) for colour in maps.COLOURS}
    assert len({str(tile) for tile in tiles.values()}) == 4
    assert not tiles[""]


def cover(colour):
    return maps.cover_svg(*WIEN, colour, 140, 84, 1500)


def test_the_same_case_has_the_same_cover():
    takers = [(*PORTO, False), (*SUVA, True)]
    first = maps.cover_svg(*WIEN, "housing", 140, 84, 1500, takers)
    assert maps.cover_svg(*WIEN, "housing", 140, 84, 1500, takers[::-1]) == first


def test_the_marker_is_in_the_middle_and_rings_go_round_it():
    circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', maps.cover_svg(*WIEN, "", 141, 84, 1500))
    assert len(circles) > 3
    assert set(circles) == {("70.5", "42")}


def test_a_line_is_solid_where_the_city_gave_and_dotted_where_it_took():
    gave = maps.cover_svg(*WIEN, "housing", 640, 400, 2000, [(*PORTO, False)])
    took = maps.cover_svg(*WIEN, "housing", 640, 400, 2000, [(*PORTO, True)])
    assert "dasharray" in took
    assert "dasharray" not in gave


def test_a_taker_next_door_has_a_dot_but_no_line():
    svg = maps.cover_svg(*WIEN, "housing", 140, 84, 2500, [(48.15, 17.11, False)])
    assert '<g stroke="#fff" stroke-width="1.5" stroke-linecap="round"><circle' in svg


def test_a_map_without_size_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        maps.cover_svg(*WIEN, "housing", 140, 84, 0)


def test_a_radius_beyond_the_world_shows_the_world():
    whole = maps.cover_svg(*WIEN, "", 640, 400, maps.FARTHEST_KM)
    assert maps.cover_svg(*WIEN, "", 640, 400, 99_999) == whole


@pytest.mark.parametrize(("size", "most"), [((140, 84), 3_000), ((640, 400), 10_000)])
def test_covers_are_light(size, most):
    for place in FAMOUS + random_places(12, seed=6):
        for radius in (600, 1500, 2500):
            assert len(gzip.compress(maps.cover_svg(*place, "housing", *size, radius).encode())) <= most


def test_a_cover_is_drawn_while_one_waits():
    maps.cover_svg(*WIEN, "housing", 640, 400, 2000)
    begin = time.perf_counter()
    for place in FAMOUS:
        maps.cover_svg(*place, "housing", 640, 400, 2000)
    assert (time.perf_counter() - begin) / len(FAMOUS) < 0.5  # 0.02 s by itself; a busy machine has room.


# The region


def test_a_region_keeps_the_order_of_its_links_and_says_which_fall_outside():
    region = maps.regional_svg(*WIEN, 560, 420, 2000, [(*PORTO, True), (*SUVA, False)])
    porto, suva = region.points
    assert (porto.took, porto.inside, suva.took, suva.inside) == (True, True, False, False)
    away = hypot(porto.x - 280, porto.y - 210) * 2000 / 210
    assert away == pytest.approx(maps.distance_km(WIEN, PORTO), abs=2)


def test_the_rings_of_a_region_lie_on_the_sheet():
    region = maps.regional_svg(*WIEN, 560, 420, 2400)
    assert region.rings == ((87.5, 1000), (175, 2000))
    assert re.fullmatch(r"(M-?\d+ -?\d+l[-\d ]+z)+", region.land)


# The world


def test_the_world_fits_its_sheet_without_land_cut_by_the_edge():
    for place in random_places(500, seed=7):
        x, y = maps.world_xy(max(place[0], maps.WORLD_SOUTH), place[1])
        assert 0 <= x <= maps.WORLD_WIDTH
        assert 0 <= y <= maps.WORLD_HEIGHT
    assert maps.world_xy(66.1, -169.8)[0] > maps.WORLD_WIDTH / 2  # Chukotka stays with Asia.


def test_areas_are_true_on_the_world_map():
    def size(lat, lon):
        corners = [maps.world_xy(lat + a, lon + b) for a, b in ((0, 0), (0, 0.1), (0.1, 0.1), (0.1, 0))]
        return abs(maps.area(corners)) / cos(radians(lat + 0.05))

    sizes = [size(*place) for place in random_places(200, seed=8) if abs(turn(place[1], 191)) > 1]
    assert max(sizes) / min(sizes) < 1.001


def test_the_world_file_agrees_with_the_projection():
    shapes = world_shapes()
    for places, expected in ((INLAND, True), (AT_SEA, False)):
        for lat, lon in places:
            if lat > maps.WORLD_SOUTH:
                x, y = maps.world_xy(lat, lon)
                assert is_land(shapes, 10 * x, 10 * y) is expected, (lat, lon)


def world_shapes():
    """The subpaths of the one path, whose unit is a tenth of the viewBox's."""
    (path,) = ET.fromstring((STATIC / "world.svg").read_text())
    assert path.get("transform") == "scale(.1)"
    return [points(part) for part in path.get("d").split("z") if part]


def points(part):
    numbers = list(map(int, re.findall(r"-?\d+", part)))
    x, y, found = 0, 0, []
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


@pytest.mark.parametrize("name", ["world.svg", "graticule.svg"])
def test_the_world_files_share_a_sheet_and_are_light(name):
    text = (STATIC / name).read_text()
    assert ET.fromstring(text).get("viewBox") == f"0 0 {maps.WORLD_WIDTH} {maps.WORLD_HEIGHT}"
    assert len(gzip.compress(text.encode())) <= 25_000
    assert "style" not in text


# Clusters


def test_no_two_clusters_touch_and_nobody_is_lost():
    for seed in range(20):
        found = scattered(seed)
        circles = maps.clusters(found, 4)
        for a, b in combinations(circles, 2):
            assert hypot(a.x - b.x, a.y - b.y) - a.hit - b.hit >= 4 - 1e-9
        assert sorted(key for one in circles for key in one.keys) == sorted(key for *_, key in found)


def scattered(seed, count=300):
    """Half of them crowded, half anywhere: both overlaps and lone points are there to be found."""
    rng = random.Random(seed)
    crowd = [(rng.gauss(500, 25), rng.gauss(120, 15), f"c{i}") for i in range(count // 2)]
    return crowd + [(rng.uniform(0, 1000), rng.uniform(0, 435), f"l{i}") for i in range(count - count // 2)]


def test_the_order_of_the_points_does_not_matter():
    found = scattered(seed=30)
    shuffled = random.Random(31).sample(found, len(found))
    assert maps.clusters(shuffled, 2) == maps.clusters(found, 2)


def test_a_lone_point_stays_where_it_is_and_can_be_hit():
    (one,) = maps.clusters([(10, 20, "porto")], 4)
    assert (one.x, one.y, one.r, one.hit, one.keys) == (10, 20, 7, 12, ("porto",))


def test_points_at_one_place_are_one_circle_there():
    (one,) = maps.clusters([(10.5, 20.25, key) for key in "abcd"], 4)
    assert (one.x, one.y, one.keys) == (10.5, 20.25, ("a", "b", "c", "d"))


def test_circles_grow_with_their_count_from_7_to_24_px():
    sizes = [maps.circle_radius(count) for count in range(1, 1000)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[1], sizes[-1]) == (7, 12, 24)


def test_no_points_make_no_clusters():
    assert maps.clusters([], 4) == []


def test_five_thousand_points_are_gathered_quickly():
    found = scattered(seed=32, count=5000)
    begin = time.perf_counter()
    maps.clusters(found, 4)
    assert time.perf_counter() - begin < 1
