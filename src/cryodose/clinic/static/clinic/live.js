// A live session: the clock, alarms, curves, and events that are sent until the server has them.
"use strict";

(() => {
  const live = document.getElementById("live");
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const planned = read("predicted");
  let predicted = planned;
  const readings = [];
  let state = null;
  let heard = 0; // when the server last spoke, by this page's clock
  let number = -1;

  // The server's clock; this page counts on from what it last said.
  const now = () =>
    state ? state.now_s + (Date.now() / 1000 - heard) * state.speed : Date.now() / 1000;
  const clock = (s) => {
    const whole = Math.abs(Math.trunc(s));
    return `${s <= -1 ? "−" : ""}${Math.trunc(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const coldNow = () => state.cold_s + (state.phase === "running" ? now() - state.now_s : 0);

  // ---- what the server says
  function take(told) {
    heard = Date.now() / 1000;
    if (state === null || told.first <= readings.length) {
      readings.splice(told.first, readings.length, ...told.readings);
    }
    const before = state;
    state = told;
    if (before && (before.phase !== told.phase || changed(before, told))) refresh();
    else if (told.number !== number) log();
    number = told.number;
    paint();
    draw();
    know();
  }

  // ---- readings that can be believed narrow what is expected; the server says by how much
  let counted = 0;
  let asked = 0;
  async function know() {
    const count = readings.filter((r) => ["skin", "core"].includes(r.quantity)).length;
    if (count === counted || state.started_s === null || Date.now() - asked < 5000) return;
    counted = count;
    asked = Date.now();
    try {
      const answer = await fetch(live.dataset.expected, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("not now");
      const told = await answer.json();
      predicted = told.curves.length
        ? [...told.curves, ...planned.filter((c) => !told.curves.some((n) => n.name === c.name))]
        : planned;
      const lines = told.words.map((words) => {
        const line = document.createElement("li");
        line.textContent = words;
        return line;
      });
      document.getElementById("known").replaceChildren(...lines);
      paint();
      draw();
    } catch {
      counted = -1; // asked again with the next word of the server
    }
  }

  const changed = (a, b) =>
    a.checked.join() !== b.checked.join() ||
    JSON.stringify([a.pressure, a.felt]) !== JSON.stringify([b.pressure, b.felt]);

  async function fetched() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("gone");
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  const swap = (page, id) => {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(document.importNode(fresh, true));
  };

  async function refresh() {
    try {
      const page = await fetched();
      swap(page, "panels");
      swap(page, "log");
    } catch {
      // The next word of the server brings it.
    }
  }

  async function log() {
    try {
      swap(await fetched(), "log");
    } catch {
      // As above.
    }
  }

  // ---- what the page shows
  function paint() {
    if (state === null) return;
    const running = state.phase === "running";
    const left = state.planned_s - coldNow();
    document.getElementById("left").textContent = clock(Math.ceil(left));
    document.getElementById("cold").textContent = clock(coldNow());
    const phase = document.getElementById("phase");
    phase.textContent = phase.dataset[state.phase];
    phase.className = `tag ${{ running: "now", stopped: "good" }[state.phase] ?? ""}`;
    live.dataset.phase = state.phase;
    live.classList.toggle("soon", running && left <= 10 && left > 0);
    alarms();
    channels();
    const silent = Date.now() / 1000 - heard > 6;
    trouble(silent);
  }

  function alarms() {
    const box = document.getElementById("alarms");
    const due = state.alarms.filter((a) => !a.acknowledged);
    const keys = due.map((a) => a.key).join();
    live.classList.toggle("alarmed", due.length > 0);
    if (box.dataset.keys !== keys) {
      box.dataset.keys = keys;
      box.replaceChildren(
        ...due.map((alarm) => {
          const one = document.getElementById("alarm").content.cloneNode(true);
          one.querySelector("strong").textContent = alarm.words;
          one.querySelector("button").addEventListener("click", () =>
            send("alarm-acknowledged", { alarm: alarm.key }, `ack-${alarm.key}`),
          );
          return one;
        }),
      );
    }
    sound(due.length > 0);
  }

  function channels() {
    const body = document.querySelector("#channels tbody");
    const rows = state.channels.map((c) => {
      const old = now() - c.at > (["hand", "csv"].includes(c.source) ? 180 : 10);
      const status = c.status === "ok" && old ? "stale" : c.status;
      const row = document.createElement("tr");
      const cell = (tag, text) => {
        const made = document.createElement(tag);
        made.textContent = text;
        row.append(made);
        return made;
      };
      cell("th", `${body.dataset[c.quantity]} ${c.site}`.trim()).scope = "row";
      cell("td", `${c.value} ${c.unit}`).className = status === "ok" ? "" : "doubted";
      cell("td", expected(c.quantity));
      const tag = document.createElement("span");
      tag.className = `tag ${status === "ok" ? "good" : "warn"}`;
      tag.textContent = body.dataset[status];
      cell("td", "").append(tag);
      return row;
    });
    if (!rows.length) {
      const row = document.createElement("tr");
      const cell = document.createElement("td");
      cell.colSpan = 4;
      cell.className = "empty";
      cell.textContent = body.dataset.empty;
      row.append(cell);
      rows.push(row);
    }
    body.replaceChildren(...rows);
  }

  function expected(quantity) {
    const curve = predicted.find((c) => c.quantity === quantity);
    if (!curve || state.started_s === null) return "–";
    const at = coldNow();
    let i = curve.time_s.findIndex((t) => t >= at);
    if (i < 0) i = curve.time_s.length - 1;
    const f = (v) => v.toFixed(1).replace("-", "−");
    return `${f(curve.median[i])} (${f(curve.low[i])} … ${f(curve.high[i])}) °C`;
  }

  // ---- sound: a page may make some only after somebody has touched it
  let audio = null;
  let beeping = null;
  const button = document.getElementById("sound");
  function allow() {
    audio ??= new AudioContext();
    audio.resume();
    button.setAttribute("aria-pressed", "true");
  }
  document.addEventListener("pointerdown", allow);
  document.addEventListener("keydown", allow);
  function beep() {
    if (!audio || audio.state !== "running") return;
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = 880;
    loud.gain.setValueAtTime(0.25, audio.currentTime);
    loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
    tone.connect(loud).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.4);
  }
  function sound(on) {
    if (on && beeping === null) {
      beep();
      beeping = setInterval(beep, 900);
    } else if (!on && beeping !== null) {
      clearInterval(beeping);
      beeping = null;
    }
  }

  // ---- events: each has its key, and is sent until the server has answered
  const unsent = new Map();
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  function send(kind, data, key) {
    unsent.set(key, { kind, data, key, why: "" });
    return deliver(key);
  }

  async function deliver(key) {
    const event = unsent.get(key);
    if (!event) return;
    try {
      const answer = await fetch(live.dataset.events, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ kind: event.kind, data: event.data, key }),
      });
      if (answer.status < 500 && answer.status !== 429) {
        unsent.delete(key);
        if (!answer.ok) refusal((await answer.json().catch(() => ({}))).why ?? [answer.statusText]);
      }
    } catch {
      // No server: it stays in the list and is sent again.
    }
    trouble();
  }
  setInterval(() => [...unsent.keys()].forEach(deliver), 1000);
  window.addEventListener("beforeunload", (event) => {
    if (unsent.size) event.preventDefault();
  });

  let refused = "";
  function refusal(why) {
    refused = why.join(" ");
    trouble();
    setTimeout(() => {
      refused = "";
      trouble();
    }, 12000);
  }

  function trouble(silent = Date.now() / 1000 - heard > 6) {
    const box = document.getElementById("trouble");
    const kinds = [...unsent.values()].map((e) => e.kind).join(", ");
    const words = [
      silent ? live.dataset.lost : "",
      kinds ? `${live.dataset.unsent} ${kinds}` : "",
      refused,
    ].filter(Boolean);
    const text = words.join(" ");
    if (box.textContent !== text) box.textContent = text;
    box.hidden = !text;
  }

  live.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-event]");
    if (!form) return;
    event.preventDefault();
    const { kind, key: _key, csrfmiddlewaretoken: _token, ...data } = Object.fromEntries(
      new FormData(form),
    );
    send(kind, data, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    if (kind === "note" || kind === "reading") form.reset();
  });

  // ---- curves
  let plot = null;
  function draw() {
    const box = document.getElementById("chart");
    const curves = predicted.filter((c) => c.quantity === "skin");
    const points = readings.filter((r) => r.quantity !== "oxygen" && r.quantity !== "gas");
    if (!curves.length && !points.length) return;
    const curve = curves[0] ?? { time_s: [], low: [], median: [], high: [] };
    const start = state.started_s ?? now();
    const rows = new Map();
    const row = (t) => rows.get(t) ?? rows.set(t, [null, null, null, null, null]).get(t);
    // The planned cold and half as much again: what matters now is not squeezed into a corner.
    const end = Math.max(state.planned_s * 1.5, 60, ...points.map((p) => p.at - start));
    curve.time_s.forEach((t, i) => {
      if (t > end) return;
      const r = row(t / 60);
      [r[0], r[1], r[2]] = [curve.low[i], curve.median[i], curve.high[i]];
    });
    // What nobody believes stands at the edge, where it squeezes nothing.
    const seen = [...curve.low, ...curve.high, ...points.filter((p) => p.status === "ok").map((p) => p.value)];
    const [lowest, highest] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [-Infinity, Infinity];
    points.forEach((p) => {
      const good = p.status === "ok";
      const value = good ? p.value : Math.min(Math.max(p.value, lowest), highest);
      row(Math.max(0, p.at - start) / 60)[good ? 3 : 4] = value;
    });
    const xs = [...rows.keys()].sort((a, b) => a - b);
    const data = [xs, ...[0, 1, 2, 3, 4].map((k) => xs.map((x) => rows.get(x)[k]))];
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => {
      const probe = document.createElement("span");
      probe.style.color = style.getPropertyValue(name);
      live.append(probe);
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found;
    };
    const width = Math.max(260, box.clientWidth);
    if (plot) {
      if (plot.width !== width) plot.setSize({ width, height: 260 });
      plot.setData(data);
      return;
    }
    const [ink, main, faint, warn] = ["--ink", "--main", "--line", "--warn"].map(colour);
    const line = { spanGaps: true, points: { show: false } };
    const dots = (stroke) => ({ stroke, width: 0, paths: () => null, points: { show: true, size: 7, fill: stroke } });
    const thin = { stroke: faint, width: 1 };
    const axis = { stroke: ink, grid: thin, ticks: thin };
    plot = new uPlot(
      {
        width,
        height: 260,
        scales: { x: { time: false } },
        legend: { show: false },
        cursor: { show: false },
        axes: [
          { ...axis, label: live.dataset.minutes, labelSize: 20 },
          { ...axis, size: 58, values: (_, vs) => vs.map((v) => `${v} °C`) },
        ],
        series: [
          {},
          { ...line, stroke: "transparent" },
          { ...line, stroke: main, width: 2, label: live.dataset.predicted },
          { ...line, stroke: "transparent" },
          { ...dots(ink), label: live.dataset.measured },
          dots(warn),
        ],
        bands: [{ series: [3, 1], fill: main.replace("rgb(", "rgba(").replace(")", ", 0.18)") }],
      },
      data,
      box,
    );
  }
  window.addEventListener("resize", () => state && draw());

  // ---- the stream, opened again whenever it ends
  function listen() {
    const source = new EventSource(live.dataset.stream);
    source.onmessage = (message) => take(JSON.parse(message.data));
    source.onerror = () => {
      source.close();
      setTimeout(listen, 500);
    };
  }

  take(read("state"));
  listen();
  setInterval(paint, 200);
})();
