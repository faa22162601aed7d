// Charts from the data that a page gives as JSON: <div data-chart="ID"> and {{ data|json_script:"ID" }}.
// Kinds:
//   bars     {kind: "bars", unit, known, unknown, rows: [{label, known, unknown, address}]}: lying, stacked, hatched unknown
//   columns  {kind: "columns", unit, categories: [..], series: [{name, values: [..]}]}: standing, stacked
// Colours and sizes come from the theme, so that dark and large type hold here too.
"use strict";

(function () {
  const style = () => getComputedStyle(document.documentElement);
  const token = (name) => style().getPropertyValue(name).trim();
  const base = () => parseFloat(style().fontSize);
  const text = (share, more) => Object.assign(
    { fontFamily: token("--qs-font"), fontSize: share * base(), color: token("--qs-ink") }, more);
  const hatch = () => ({
    color: token("--qs-unknown-soft"), borderColor: token("--qs-unknown-line"), borderType: "dashed",
    decal: { symbol: "rect", rotation: Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 4], color: token("--qs-unknown-line") },
  });
  const legend = () => ({
    bottom: 0, left: 0, itemWidth: 14, itemHeight: 10, selectedMode: false,
    textStyle: text(0.85, { color: token("--qs-ink-2") }),
  });

  function bars(data) {
    const totals = data.rows.map((row) => row.known + row.unknown);
    const longest = Math.max.apply(null, data.rows.map((row) => row.label.length).concat([2]));
    const wide = /[a-z]/i.test(data.rows.map((row) => row.label).join("")) ? 0.55 : 1;
    return {
      animation: false, textStyle: text(0.9), legend: legend(),
      grid: { left: (longest * wide + 1.2) * 0.9 * base(), right: 5 * base(), top: 0, bottom: 2.4 * base() },
      xAxis: { type: "value", show: false, max: Math.max.apply(null, totals.concat([1])) * 1.02 },
      yAxis: {
        type: "category", inverse: true, data: data.rows.map((row) => row.label), axisTick: { show: false },
        axisLine: { lineStyle: { color: token("--qs-line-strong") } }, axisLabel: text(0.9), triggerEvent: true,
      },
      series: [
        { name: data.known, type: "bar", stack: "all", barWidth: "56%", data: data.rows.map((row) => row.known),
          itemStyle: { color: token("--qs-r4") } },
        { name: data.unknown, type: "bar", stack: "all", data: data.rows.map((row) => row.unknown), itemStyle: hatch(),
          label: { show: true, position: "right", formatter: (point) => totals[point.dataIndex] + " " + data.unit,
            ...text(0.9, { fontWeight: 600 }) } },
      ],
    };
  }

  function columns(data) {
    const colours = ["--qs-s1", "--qs-s2", "--qs-s3", "--qs-s4", "--qs-s5"].map(token);
    return {
      animation: false, textStyle: text(0.85), legend: legend(), color: colours,
      grid: { left: 4 * base(), right: 0.5 * base(), top: 1.6 * base(), bottom: 4.2 * base() },
      xAxis: { type: "category", data: data.categories, axisTick: { show: false }, axisLabel: text(0.8),
        axisLine: { lineStyle: { color: token("--qs-line-strong") } } },
      yAxis: { type: "value", name: data.unit, nameTextStyle: text(0.8, { align: "right" }), axisLabel: text(0.8),
        splitLine: { lineStyle: { color: token("--qs-line") } } },
      series: data.series.map((part) => ({ name: part.name, type: "bar", stack: "all", barMaxWidth: 28, data: part.values })),
    };
  }

  const kinds = { bars, columns };

  function draw(element) {
    const data = JSON.parse(document.getElementById(element.dataset.chart).textContent);
    // The height follows the rows, in em: large type needs more.
    if (data.kind === "bars") element.style.height = (data.rows.length * 2.3 + 3) + "rem";
    const chart = echarts.init(element, null, { renderer: "svg" });
    chart.setOption(kinds[data.kind](data));
    if (data.kind === "bars") {
      chart.on("click", function (point) {
        const row = data.rows[point.componentType === "yAxis" ? data.rows.findIndex((r) => r.label === point.value) : point.dataIndex];
        if (row && row.address) location.href = row.address;
      });
    }
    window.addEventListener("resize", () => chart.resize());
    window.addEventListener("beforeprint", () => chart.resize());
  }

  function drawAll(root) { root.querySelectorAll("[data-chart]:not([_echarts_instance_])").forEach(draw); }
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
})();
