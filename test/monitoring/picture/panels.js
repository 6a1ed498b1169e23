// Runs in the page. Draws panels as Grafana does, with the same library for charts.

const palette = ["#7EB26D", "#EAB839", "#6ED0E0", "#EF843C", "#E24D42", "#1F78C1", "#BA43A9", "#705DA0", "#508642", "#CCA300"];
const named = { green: "#73BF69", red: "#F2495C", orange: "#FF9830", yellow: "#FADE2A", purple: "#B877D9", blue: "#5794F2" };
const color = (name) => named[name] ?? name;

const rounded = (value) => String(Number(value.toPrecision(3)));
const scaled = (value, base, suffixes) => {
  let i = 0;
  while (Math.abs(value) >= base && i < suffixes.length - 1) {
    value /= base;
    i++;
  }
  return `${rounded(value)}${suffixes[i]}`;
};
const units = {
  short: (v) => scaled(v, 1000, ["", " K", " Mil"]),
  mps: (v) => `${scaled(v, 1000, ["", "K"])} msg/s`,
  eps: (v) => `${scaled(v, 1000, ["", "K"])} evt/s`,
  reqps: (v) => `${scaled(v, 1000, ["", "K"])} req/s`,
  percentunit: (v) => `${rounded(v * 100)} %`,
  bytes: (v) => scaled(v, 1024, [" B", " KiB", " MiB", " GiB"]),
  Bps: (v) => scaled(v, 1000, [" B/s", " kB/s", " MB/s"]),
  s: (v) => {
    const size = Math.abs(v);
    if (size === 0) return "0 s";
    if (size < 1e-3) return `${rounded(v * 1e6)} µs`;
    if (size < 1) return `${rounded(v * 1e3)} ms`;
    if (size < 120) return `${rounded(v)} s`;
    return size < 7200 ? `${rounded(v / 60)} min` : `${rounded(v / 3600)} hours`;
  },
};

function drawPanels(panels, data) {
  const main = document.querySelector("main");
  const top = Math.min(...panels.map((panel) => panel.gridPos.y));
  for (const panel of panels) {
    const { x, y, w, h } = panel.gridPos;
    const element = document.createElement("section");
    element.style.gridArea = `${y - top + 1} / ${x + 1} / span ${h} / span ${w}`;
    main.append(element);
    if (panel.type === "row") {
      element.className = "row";
      element.textContent = panel.title;
      continue;
    }
    element.className = "panel";
    element.innerHTML = "<h2></h2>";
    element.firstChild.textContent = panel.title;
    const all = seriesOf(panel, data);
    if (panel.type === "stat") drawStat(element, panel, all, data);
    else drawSeries(element, panel, all, data);
  }
}

/** The series of a panel: name, color, and a value or null for each second. */
function seriesOf(panel, { begin, end, results }) {
  const all = results[panel.id].flatMap((list, i) => list.map((series) => {
    const values = Array(end - begin + 1).fill(null);
    for (const [time, text] of series.values ?? [series.value]) {
      const value = Number(text);
      if (Number.isFinite(value)) values[time - begin] = value;
    }
    const name = panel.targets[i].legendFormat.replace(/{{(\w+)}}/g, (_, label) => series.metric[label] ?? "").trim();
    return { name, values };
  }));
  all.forEach((series, i) => {
    const override = panel.fieldConfig.overrides.find(({ matcher: { id, options } }) => id === "byRegexp"
      ? new RegExp(options.slice(1, -1)).test(series.name) : options === series.name);
    series.color = color(override?.properties[0].value.fixedColor ?? palette[i % palette.length]);
  });
  return all;
}

const lastOf = (values) => values.findLast((value) => value !== null);

function drawStat(element, panel, [series], data) {
  const { unit, thresholds, decimals, noValue } = panel.fieldConfig.defaults;
  const value = series && lastOf(series.values);
  const step = thresholds.steps.findLast((s) => s.value === null || value >= s.value);
  const stat = document.createElement("div");
  stat.className = "stat";
  element.append(stat);
  if (panel.options.graphMode === "area" && series) {
    const chart = new uPlot({
      width: stat.clientWidth, height: stat.clientHeight, legend: { show: false }, cursor: { show: false },
      padding: [stat.clientHeight * 0.55, 0, 0, 0],
      axes: [{ show: false }, { show: false }], scales: { y: { range: (_, low, high) => [Math.min(0, low), high || 1] } },
      series: [{}, { stroke: color(step.color), fill: `${color(step.color)}33`, width: 1, points: { show: false } }],
    }, [times(data), series.values], stat);
    chart.root.style.position = "absolute";
  }
  const text = document.createElement("b");
  text.style.color = color(step.color);
  text.textContent = value === undefined ? noValue ?? "no data" : units[unit](decimals === 0 ? Math.round(value) : value);
  stat.append(text);
}

const times = ({ begin, end }) => Array.from({ length: end - begin + 1 }, (_, i) => begin + i);

function drawSeries(element, panel, all, data) {
  const { unit, min, max, custom, thresholds, noValue } = panel.fieldConfig.defaults;
  const chart = document.createElement("div");
  chart.className = "chart";
  const legend = document.createElement("div");
  legend.className = "legend";
  element.append(chart, legend);
  for (const series of all) {
    const entry = document.createElement("span");
    entry.innerHTML = `<i style="background: ${series.color}"></i>`;
    const last = lastOf(series.values);
    entry.append(`${series.name || panel.title}  ${last === undefined ? "" : units[unit](last)}`);
    legend.append(entry);
  }
  if (all.length === 0) {
    chart.innerHTML = `<div class="none">${noValue ?? "no data"}</div>`;
    return;
  }
  const stacked = custom.stacking.mode === "normal";
  const bars = custom.drawStyle === "bars";
  const drawn = stacked ? stack(all) : all;
  const alpha = Math.round(custom.fillOpacity * 2.55).toString(16).padStart(2, "0");
  new uPlot({
    width: chart.clientWidth, height: chart.clientHeight, legend: { show: false }, cursor: { show: false }, padding: [8, 26, 0, 0],
    scales: { y: { range: (_, low, high) => uPlot.rangeNum(min ?? low, max ?? Math.max(high, 1e-9), {
      min: { pad: 0.1, soft: min, hard: min ?? -Infinity },
      max: { pad: max ? 0 : 0.15, hard: max ?? Infinity },
    }) } },
    axes: [
      { stroke: "#9a9ca8", grid: { stroke: "#24272d", width: 1 }, ticks: { show: false }, space: 70, size: 26,
        values: (_, list) => list.map((t) => new Date(t * 1000).toISOString().slice(11, 19)) },
      { stroke: "#9a9ca8", grid: { stroke: "#24272d", width: 1 }, ticks: { show: false }, size: 74, values: (_, list) => list.map(units[unit]) },
    ],
    series: [{}, ...drawn.map((series) => ({
      stroke: series.color, width: custom.lineWidth * 1.5, points: { show: false }, spanGaps: custom.spanNulls,
      // What is stacked lies one before the other, the highest first: only bars have to hide what is behind them.
      fill: bars ? series.color : series.color + alpha,
      paths: bars ? uPlot.paths.bars({ size: [0.9, 100] }) : uPlot.paths.linear(),
    }))],
    hooks: { draw: [(plot) => custom.thresholdsStyle.mode === "dashed" && drawThresholds(plot, thresholds.steps)] },
  }, [times(data), ...drawn.map((series) => series.values)], chart);
}

/** The sums of what is below and the series, the highest first. */
function stack(all) {
  const sums = all[0].values.map(() => 0);
  return all.map((series) => ({
    ...series,
    values: series.values.map((value, i) => (value === null && sums[i] === 0 ? null : (sums[i] += value ?? 0))),
  })).reverse();
}

function drawThresholds(plot, steps) {
  const { ctx, bbox, scales } = plot;
  ctx.save();
  ctx.setLineDash([6, 6]);
  for (const { color: name, value } of steps) {
    if (value === null || value > scales.y.max) continue;
    const y = plot.valToPos(value, "y", true);
    ctx.strokeStyle = color(name);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
