// The map of the search page: Leaflet over our own outlines, with circles from the server.
// Until it is ready, and without scripts, the server's drawing stands in its place.
const L = window.L;
const box = document.querySelector("[data-map]");
const NARROW = 480; // px; below it the buttons lie where the least is to be seen, at the South Pole
const COPIES = [-360, 0, 360]; // the globe, and its neighbours across the date line

if (box && L) start(box.dataset);

async function start(said) {
  const shores = await shoresFrom(said.land).catch(() => null);
  if (!shores) return;
  const frame = document.createElement("div");
  frame.className = "search-map__moving";
  const map = mapIn(frame, said);
  COPIES.forEach((turn) => drawLand(map, shores, turn));
  drawAsked(map, said);
  const circles = L.layerGroup().addTo(map);
  const status = putStatus(frame), area = putArea(frame, said);
  map.on("moveend", () => renew(map, said, circles, status));
  map.on("moveend", () => { area.href = areaAddress(said.area, map); });
  map.fire("moveend");
  area.hidden = true;
  map.once("movestart", () => { area.hidden = false; });
}

async function shoresFrom(address) {
  const { rings, units_per_degree: unit } = await (await fetch(address)).json();
  return rings.map((ring) => {
    let lon = 0, lat = 0;
    return Array.from({ length: ring.length / 2 }, (_, n) => [(lat += ring[2 * n + 1]) / unit, (lon += ring[2 * n]) / unit]);
  });
}

function mapIn(frame, said) {
  const squeeze = Number(said.squeeze);
  const crs = L.extend({}, L.CRS.EPSG4326, { transformation: new L.Transformation(squeeze / 180, squeeze, -1 / 180, 0.5) });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.append(frame);
  box.querySelector(".search-map__sheet").hidden = true;
  const map = L.map(frame, {
    crs, attributionControl: false, zoomControl: false, worldCopyJump: true, scrollWheelZoom: false,
    minZoom: Number(said.leastZoom), maxZoom: Number(said.mostZoom), zoomSnap: 0.25,
    maxBounds: [[-90, -3600], [90, 3600]], maxBoundsViscosity: 1,
    zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
    renderer: L.svg({ padding: 0.5 }),
  });
  const position = frame.clientWidth < NARROW ? "bottomright" : "topleft";
  L.control.zoom({ position, zoomInTitle: said.zoomIn, zoomOutTitle: said.zoomOut }).addTo(map);
  map.fitBounds(bounds(said.bounds.split(",").map(Number)), { animate: false });
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", said.label);
  // The wheel turns the page until someone means the map.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

function bounds([west, south, east, north]) {
  return [[south, west], [north, east < west ? east + 360 : east]];
}

function drawLand(map, shores, turn) {
  const moved = shores.map((shore) => shore.map(([lat, lon]) => [lat, lon + turn]));
  L.polygon(moved, { className: "map__land", interactive: false, weight: 1 }).addTo(map);
}

// The rectangle or the circle that was asked for.
function drawAsked(map, said) {
  const look = { className: "map__asked", interactive: false, fill: false, weight: 2 };
  COPIES.forEach((turn) => {
    if (said.within) {
      const [[south, west], [north, east]] = bounds(said.within.split(",").map(Number));
      L.rectangle([[south, west + turn], [north, east + turn]], look).addTo(map);
    }
    if (said.near) {
      const [lat, lon, km] = said.near.split(",").map(Number);
      L.circle([lat, lon + turn], { ...look, radius: km * 1000 }).addTo(map);
    }
  });
}

function putStatus(frame) {
  const status = document.createElement("p");
  status.className = "search-map__status";
  status.setAttribute("role", "status");
  frame.append(status);
  L.DomEvent.disableClickPropagation(status);
  return status;
}

function putArea(frame, said) {
  const link = document.createElement("a");
  link.className = "button button--small search-map__area";
  link.rel = "nofollow";
  link.textContent = said.searchArea;
  frame.append(link);
  L.DomEvent.disableClickPropagation(link);
  return link;
}

function areaAddress(address, map) {
  const seen = map.getBounds(), url = new URL(address, location.href);
  const whole = seen.getEast() - seen.getWest() >= 360;
  const west = whole ? -180 : turned(seen.getWest()), east = whole ? 180 : turned(seen.getEast());
  const edges = [west, Math.max(seen.getSouth(), -90), east, Math.min(seen.getNorth(), 90)];
  url.searchParams.set("within", edges.map((edge) => edge.toFixed(4)).join(","));
  return url;
}

function turned(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

// Circles

let asking = new AbortController();

async function renew(map, said, circles, status) {
  asking.abort();
  asking = new AbortController();
  try {
    const answer = await ask(map, said.clusters, asking.signal);
    const focused = circles.getLayers().some((marker) => marker.getElement() === document.activeElement);
    circles.clearLayers();
    answer.circles.forEach((one) => marker(map, said, one).addTo(circles));
    status.textContent = answer.words;
    if (focused) map.getContainer().focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = said.failed;
  }
}

async function ask(map, address, signal) {
  const seen = map.getBounds(), url = new URL(address, location.href);
  const edges = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
  url.searchParams.set("bounds", edges.map((edge) => edge.toFixed(5)).join(","));
  url.searchParams.set("zoom", map.getZoom());
  url.searchParams.set("hl", document.documentElement.lang);
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

function marker(map, said, one) {
  const size = 2 * one.hit;
  const icon = L.divIcon({ className: "map-marker", html: face(one), iconSize: [size, size] });
  const found = L.marker([one.lat, one.lon], { icon, keyboard: true, riseOnHover: true });
  found.on("add", () => found.getElement().setAttribute("aria-label", one.name));
  const open = () => (one.cases.length ? tell(map, said, one) : zoomTo(map, one));
  found.on("click", open);
  found.on("keydown", ({ originalEvent: event }) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  });
  return found;
}

function face(one) {
  const dot = document.createElement("span");
  dot.className = "map-marker__dot";
  dot.style.inlineSize = dot.style.blockSize = `${2 * one.r}px`;
  dot.textContent = one.count > 1 ? one.count.toLocaleString(document.documentElement.lang) : "";
  const parts = [dot];
  if (one.label) {
    const label = document.createElement("span");
    label.className = "map-marker__label";
    label.style.insetInlineStart = `${2 * one.hit + 3}px`;
    label.textContent = one.label;
    parts.push(label);
  }
  const whole = document.createElement("span");
  whole.className = "map-marker__face";
  whole.append(...parts);
  return whole;
}

function zoomTo(map, one) {
  const [[south, west], [north, east]] = bounds(one.box);
  const turn = Math.round((one.lon - (west + east) / 2) / 360) * 360; // the globe that is looked at
  const goal = L.latLngBounds([south, west + turn], [north, east + turn]);
  if (map.getZoom() >= map.getMaxZoom()) location.assign(one.href);
  else map.flyToBounds(goal, { animate: map.options.zoomAnimation, duration: 0.4, maxZoom: map.getMaxZoom() });
}

// What a circle stands for, in a box that covers the list beside the map, or the foot of a narrow map.
function tell(map, said, one) {
  document.querySelector(".search-map__told")?.remove();
  const told = document.createElement("section"), title = document.createElement("h2"), list = document.createElement("ul");
  told.className = "search-map__told";
  title.textContent = one.count > 1 ? one.name : one.cases[0].city;
  told.setAttribute("aria-label", title.textContent);
  list.className = "map-list";
  list.append(...one.cases.map((known) => item(known.href, known.title, known.language)));
  if (one.count > one.cases.length) list.append(item(one.href, said.all.replace("{n}", one.count)));
  told.append(closer(map, said, told), title, list);
  told.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(map, told); });
  box.after(told);
  list.querySelector("a").focus({ preventScroll: true });
}

function closer(map, said, told) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "search-map__close";
  button.setAttribute("aria-label", said.close);
  button.textContent = "✕";
  button.addEventListener("click", () => leave(map, told));
  return button;
}

function leave(map, told) {
  told.remove();
  map.getContainer().focus({ preventScroll: true });
}

function item(address, text, language) {
  const row = document.createElement("li"), link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  if (language) link.lang = link.hreflang = language;
  row.append(link);
  return row;
}
