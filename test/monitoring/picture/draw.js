// Draws the first rows of a dashboard of Grafana, with what its queries returned, into a PNG.
//
//   node draw.js DASHBOARD.json RESULTS.json ROWS PICTURE.png
//
// RESULTS.json is what TestDashboard writes: {"begin": …, "end": …, "results": {"PANEL ID": [the series of each query]}}.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "../../ui/browser.js";

const [dashboardFile, resultsFile, rows, picture] = process.argv.slice(2);
const { panels } = JSON.parse(readFileSync(dashboardFile, "utf8"));
const data = JSON.parse(readFileSync(resultsFile, "utf8"));

const end = panels.filter((panel) => panel.type === "row")[Number(rows)];
const drawn = end ? panels.slice(0, panels.indexOf(end)) : panels;

const local = (name) => fileURLToPath(import.meta.resolve(name));
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, timezoneId: "UTC" });
  page.on("pageerror", (error) => { throw error; });
  await page.setContent('<!doctype html><main id="dashboard"></main>');
  await page.addStyleTag({ path: local("uplot/dist/uPlot.min.css") });
  await page.addStyleTag({ path: local("./panels.css") });
  await page.addScriptTag({ path: local("uplot/dist/uPlot.iife.min.js") });
  await page.addScriptTag({ path: local("./panels.js") });
  await page.evaluate(([all, results]) => drawPanels(all, results), [drawn, data]);
  await page.locator("#dashboard").screenshot({ path: picture });
} finally {
  await browser.close();
}
