"""Memory against cold starts over Medes' settings, beside keep-alives and compression."""

import numpy as np

import style
from drawing import Drawing
from figures.tradeoff import pareto
from intervals import interval

SWEPT, GIB = "medes", 2**30


def draw(store):
    """A panel for each of Medes' settings, its values in colours; the other policies in all of them."""
    paths = list(store.points[0])
    figure, panels = style.panels(len(paths), 2, 2.5, width=style.PAGE, sharex=True, sharey=True)
    memory, _ = interval(store.values("memory_mean_bytes") / GIB)
    cold, _ = interval(100 * store.values("cold_share"))
    swept = store.policies.index(SWEPT)
    others = [n for n in range(len(store.policies)) if n != swept]
    x = np.concatenate([memory[:, swept], memory[0, others]])
    y = np.concatenate([cold[:, swept], cold[0, others]])
    front = pareto(x, y)
    for panel, path in zip(panels, paths):
        texts = [point[path] for point in store.points]
        for index, text in enumerate(dict.fromkeys(texts)):
            chosen = [n for n, other in enumerate(texts) if other == text]
            panel.plot(
                memory[chosen, swept], cold[chosen, swept], linestyle="none", label=text,
                **style.marker(index, 4))
        for policy in others:
            panel.plot(memory[0, policy], cold[0, policy], marker="*", color="black", markersize=7, linestyle="none")
            panel.annotate(
                store.policies[policy], (memory[0, policy], cold[0, policy]), xytext=(-3, 3 if policy % 2 else -7),
                textcoords="offset points", fontsize=6, ha="right")
        panel.step(x[front], y[front], where="post", color="#BDBDBD", linewidth=3, zorder=1)
        style.plain_log(panel.xaxis, np.nanmin(x), np.nanmax(x))
        style.plain_log(panel.yaxis, np.nanmin(y), np.nanmax(y))
        panel.set(xlabel="Memory, mean (GiB)", ylabel="Cold starts (% of starts)")
        panel.legend(title=path.split(".")[-1], fontsize=6.5, title_fontsize=7, handlelength=1)
    style.label_outer(panels)
    style.note(figure, f"Means over {store.replicates} draws. The grey staircase is the Pareto front of all.")
    return [
        Drawing(
            "findings-pareto", figure, "Memory against cold starts over Medes' settings",
            "Left and down is better. Each panel shows the same runs, coloured by one setting.",
            f"{len(store.points)} settings of Medes beside {len(others)} other policies.")
    ]


def tables(store):
    """The front in Markdown, and what each value of a setting means for both, over all others."""
    swept = store.policies.index(SWEPT)
    rows = [(policy, store.values("memory_mean_bytes")[0, n], store.values("cold_share")[0, n])
            for n, policy in enumerate(store.policies) if n != swept]
    rows += [
        ("medes " + " ".join(point.values()), store.values("memory_mean_bytes")[n, swept],
         store.values("cold_share")[n, swept]) for n, point in enumerate(store.points)]
    rows = [(name, np.nanmean(memory) / GIB, 100 * np.nanmean(cold)) for name, memory, cold in rows]
    front = pareto(np.array([row[1] for row in rows]), np.array([row[2] for row in rows]))
    yield "\n| | memory, GiB | cold starts, % | on the front |\n| --- | ---: | ---: | --- |"
    for n, row in enumerate(rows):
        if n in front or n < len(store.policies) - 1:
            yield f"| {row[0]} | {row[1]:.2f} | {row[2]:.3f} | {'yes' if n in front else 'no'} |"
    for path in store.points[0]:
        note = "" if path.endswith("idle-period") else ", without 30 s"
        yield f"\n| {path.split('.')[-1]}{note} | memory, GiB | least | most | cold starts, % |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        for text in dict.fromkeys(point[path] for point in store.points):
            chosen = [
                n for n, point in enumerate(store.points)
                if point[path] == text and (not note or "30 s" not in point.values())]
            memory = np.nanmean(store.values("memory_mean_bytes")[chosen, swept], axis=1) / GIB
            cold = 100 * np.nanmean(store.values("cold_share")[chosen, swept])
            yield f"| {text} | {memory.mean():.2f} | {memory.min():.2f} | {memory.max():.2f} | {cold:.3f} |"
