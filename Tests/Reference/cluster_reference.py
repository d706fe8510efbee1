#!/usr/bin/env python3
"""Several nodes whose memory is full, simulated plainly: a second opinion on the engine, written apart from it.

Usage: cluster_reference.py SCENARIOS.json

SCENARIOS.json is a list of scenarios (`Cluster.__init__` says what is in one); an outcome each is printed, as a JSON list.
Times are whole nanoseconds, memory is in bytes. Everything is searched anew for each call: there is no index, no bound
and no heap of sandboxes that could be out of date. docs/model.md has the rules that are followed.

`fingerprint` is a digest of every call's kind of start, begin and end, of every sandbox's node, creation and eviction,
and of when and why calls failed, taken as `RunRecord.fingerprint` is: outcomes with equal ones are equal.
"""

import heapq
import json
import sys

WORD = 2**64 - 1
# What happens at one instant, in this order.
END, TURN, ARRIVAL, WAIT_OVER, EXPIRY, HORIZON = range(6)
WARM, WAITED, COLD = 0, 2, 3
NEVER_FITS, FULL, TIMED_OUT = 1, 2, 3


def mix64(word):
    """The finaliser of SplitMix64."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & WORD
    return word ^ (word >> 31)


class Stream:
    """Random numbers of a run for one purpose, in sequence."""

    def __init__(self, seed, purpose):
        first = mix64((seed + 0x9E3779B97F4A7C15) & WORD)
        second = mix64(first ^ ((purpose * 0xD1B54A32D192ED03) & WORD))
        self.key = mix64(second ^ 0x2545F4914F6CDD1D)
        self.position = 0

    def below(self, bound):
        self.position += 1
        return (mix64((self.key + self.position * 0x9E3779B97F4A7C15) & WORD) * bound) >> 64


class Sandbox:
    """One sandbox: idle while `call` is None."""

    def __init__(self, serial, unit, node):
        self.serial = serial
        self.unit = unit
        self.node = node
        self.call = None
        self.last_used = 0
        self.clock = 0.0
        self.idle_order = 0
        self.turns = 0


class Cluster:
    def __init__(self, scenario):
        self.memory = [node["limit"] or node["memory"] for node in scenario["nodes"]]
        self.away = [False] * len(self.memory)
        self.units = scenario["units"]  # of each: memory, cold (how long a cold start takes)
        self.warm = scenario["warm"]
        self.keep_alive = scenario["keep_alive"]  # None: for ever
        self.when_full = scenario["when_full"]  # None: for ever
        self.reuse = scenario["reuse"]
        self.placement = scenario["placement"]
        self.reclaim = scenario["reclaim"]
        self.by_node = scenario["scope"] == "node"
        self.failures = scenario["failures"]  # of each: node, at, lasts (None: to the end)
        self.least = 1 if self.failures else 0
        self.stream = Stream(scenario["seed"], 5)
        self.turn = 0
        self.sandboxes = []
        self.waiting = []  # calls in the order in which they came to wait
        self.clocks = [0.0] * len(self.memory)
        self.uses = {}
        self.serials = self.sequence = self.executing = self.idle_orders = 0
        self.events = []
        self.now = 0
        self.is_over = False
        self.fingerprint = 0
        self.counts = dict.fromkeys(["cold", "warm", "waited", "never_fits", "full", "timed_out", "policy", "reclaimed"], 0)
        self.cold_by_unit = [0] * len(self.units)
        for number, failure in enumerate(self.failures):
            self.schedule(failure["at"], TURN, ("fail", failure["node"]))
        for failure in self.failures:
            if failure["lasts"] is not None:
                self.schedule(failure["at"] + failure["lasts"], TURN, ("back", failure["node"]))
        for number, (time, execution, unit) in enumerate(scenario["calls"]):
            call = {"id": number, "arrived": time, "execution": execution, "unit": unit}
            self.schedule(time, ARRIVAL, call)
        self.schedule(scenario["horizon"], HORIZON, None)

    # Time.

    def schedule(self, time, kind, what):
        heapq.heappush(self.events, (time, kind, self.sequence, what))
        self.sequence += 1

    def run(self):
        while self.events and not (self.is_over and self.executing == 0 and not self.waiting):
            self.now, kind, _, what = heapq.heappop(self.events)
            if kind == END:
                self.end(*what)
            elif kind == TURN:
                self.fail_node(what[1]) if what[0] == "fail" else self.node_is_back(what[1])
            elif kind == ARRIVAL:
                self.start(what)
            elif kind == WAIT_OVER:
                self.wait_over(what)
            elif kind == EXPIRY:
                self.expire(*what)
            else:
                self.is_over = True
        if self.waiting:
            raise ValueError("calls wait for ever")
        outcome = dict(self.counts)
        outcome["cold_by_unit"] = self.cold_by_unit
        outcome["fingerprint"] = str(mix64(self.fingerprint))
        return outcome

    # What is there.

    def free(self, node):
        if self.away[node]:
            return 0
        return self.memory[node] - sum(self.units[s.unit]["memory"] for s in self.sandboxes if s.node == node)

    def room(self, node):
        """What is free, or held by idle sandboxes."""
        idle = sum(self.units[s.unit]["memory"] for s in self.sandboxes if s.node == node and s.call is None)
        return self.free(node) + idle

    def most(self, amount):
        """The node with the largest amount; of equals the one of the lowest number."""
        return max(range(len(self.memory)), key=lambda node: (amount(node), -node))

    def first_with(self, start, need):
        count = len(self.memory)
        circle = [(start + step) % count for step in range(count)]
        return next((node for node in circle if self.free(node) >= need), start)

    # Calls.

    def start(self, call):
        unit = call["unit"]
        idle = [s for s in self.sandboxes if s.unit == unit and s.call is None]
        if idle:
            if self.reuse == "oldest":
                taken = min(idle, key=lambda s: s.serial)
            else:
                last = self.reuse == "mostRecent"
                taken = (max if last else min)(idle, key=lambda s: s.idle_order)
            return self.execute(call, taken, WARM, self.warm)
        if self.units[unit]["memory"] > max(self.memory):
            return self.fail(call, NEVER_FITS)
        node = None if self.waiting else self.node_for(unit)
        if node is not None:
            self.build(call, node)
        elif self.when_full == 0:
            self.fail(call, FULL)
        else:
            self.waiting.append(call)
            call["deadline"] = None
            if self.when_full is not None:
                call["deadline"] = self.now + self.when_full
                self.schedule(call["deadline"], WAIT_OVER, call)

    def build(self, call, node):
        sandbox = Sandbox(self.serials, call["unit"], node)
        self.serials += 1
        self.sandboxes.append(sandbox)
        self.note(sandbox, 0)
        self.execute(call, sandbox, COLD, self.units[call["unit"]]["cold"])

    def execute(self, call, sandbox, kind, delay):
        sandbox.call = call
        sandbox.turns += 1
        sandbox.clock = self.clocks[self.scope(sandbox.node)]
        key = (sandbox.unit, self.scope(sandbox.node))
        self.uses[key] = self.uses.get(key, 0) + 1
        self.executing += 1
        begin = self.now + delay
        end = begin + call["execution"]
        self.schedule(end, END, (sandbox, sandbox.turns, kind, begin))

    def end(self, sandbox, turns, kind, begin):
        if sandbox not in self.sandboxes or sandbox.turns != turns:
            return  # It was broken off.
        call = sandbox.call
        self.executing -= 1
        self.counts[{WARM: "warm", WAITED: "waited", COLD: "cold"}[kind]] += 1
        self.cold_by_unit[call["unit"]] += kind == COLD
        word = ((call["id"] + 1) * 0x9E3779B97F4A7C15) ^ (begin << 17) ^ (self.now * 32 + kind)
        self.fingerprint = (self.fingerprint + mix64(word & WORD)) & WORD
        sandbox.call = None
        sandbox.last_used = self.now
        self.idle_orders += 1
        sandbox.idle_order = self.idle_orders
        if self.keep_alive is not None:
            self.schedule(self.now + self.keep_alive, EXPIRY, (sandbox, turns))
        for number, waits in enumerate(self.waiting):
            if waits["unit"] == sandbox.unit:
                del self.waiting[number]
                self.execute(waits, sandbox, WAITED, self.warm)
                if number == 0:
                    self.serve_first()
                return
        self.serve_on(sandbox.node)

    def fail(self, call, why):
        self.counts[{NEVER_FITS: "never_fits", FULL: "full", TIMED_OUT: "timed_out"}[why]] += 1
        word = ((call["id"] + 1) * 0xD1B54A32D192ED03) ^ (self.now << 2) ^ why
        self.fingerprint = (self.fingerprint + mix64(word & WORD)) & WORD

    # Calls that wait for memory.

    def wait_over(self, call):
        # By identity: a call that was served and broken off may wait again, until another time.
        if not any(waits is call for waits in self.waiting) or call["deadline"] != self.now:
            return
        was_first = self.waiting[0] is call
        self.waiting = [waits for waits in self.waiting if waits is not call]
        self.fail(call, TIMED_OUT)
        if was_first:
            self.serve_first()

    def serve_first(self):
        while self.waiting:
            node = self.node_for(self.waiting[0]["unit"])
            if node is None:
                return
            self.build(self.waiting.pop(0), node)

    def serve_on(self, node):
        """`node` has room that it had not: the call that waits the longest takes it."""
        if not self.waiting:
            return
        need = max(self.units[self.waiting[0]["unit"]]["memory"], self.least)
        if (self.free(node) if self.reclaim == "none" else self.room(node)) < need:
            return
        call = self.waiting.pop(0)
        self.make_room(node, need)
        self.build(call, node)
        self.serve_first()

    # Placement, and who gives way.

    def preferred(self, unit, need):
        count = len(self.memory)
        if self.placement == "least-loaded":
            return self.most(self.free)
        if self.placement == "round-robin":
            node = self.first_with(self.turn, need)
            self.turn = (node + 1) % count
            return node
        if self.placement == "locality":
            return self.first_with((mix64(unit + 1) * count) >> 64, need)
        one, other = self.stream.below(count), self.stream.below(count)
        return one if self.free(one) >= self.free(other) else other

    def node_for(self, unit):
        """A node with the memory for a sandbox of `unit`, freed if need be."""
        need = max(self.units[unit]["memory"], self.least)
        node = self.preferred(unit, need)
        if self.free(node) >= need:
            return node
        amount = self.free if self.reclaim == "none" else self.room
        if amount(node) < need:
            node = self.most(amount)
            if amount(node) < need:
                return None
        self.make_room(node, need)
        return node

    def scope(self, node):
        return node if self.by_node else 0

    def worth(self, sandbox):
        if self.reclaim == "lru":
            return sandbox.last_used
        unit = self.units[sandbox.unit]
        cost = max(unit["cold"] / 1e9 - self.warm / 1e9, 0.0)
        uses = self.uses[(sandbox.unit, self.scope(sandbox.node))]
        return sandbox.clock + float(uses) * cost / max(unit["memory"] / 2**20, 1e-6)

    def make_room(self, node, need):
        while self.free(node) < need:
            idle = [s for s in self.sandboxes if s.node == node and s.call is None]
            victim = min(idle, key=lambda s: (self.worth(s), s.serial))
            if self.reclaim == "greedy-dual":
                place = self.scope(node)
                self.clocks[place] = max(self.clocks[place], self.worth(victim))
            self.counts["reclaimed"] += not self.is_over
            self.remove(victim, 1)

    # Sandboxes that go.

    def expire(self, sandbox, turns):
        if sandbox not in self.sandboxes or sandbox.turns != turns or sandbox.call is not None:
            return
        self.counts["policy"] += not self.is_over
        self.remove(sandbox, 1)
        self.serve_on(sandbox.node)

    def remove(self, sandbox, event):
        self.sandboxes.remove(sandbox)
        self.note(sandbox, event)
        place = self.scope(sandbox.node)
        if not any(s.unit == sandbox.unit and self.scope(s.node) == place for s in self.sandboxes):
            self.uses.pop((sandbox.unit, place), None)

    def note(self, sandbox, event):
        word = (sandbox.serial * 0x8CB92BA72F3D8DD7) ^ (self.now << 3) ^ (sandbox.node << 40) ^ event
        self.fingerprint = (self.fingerprint + mix64(word & WORD)) & WORD

    # Nodes that go.

    def fail_node(self, node):
        if self.away[node]:
            return
        calls = []
        for sandbox in [s for s in self.sandboxes if s.node == node]:
            if sandbox.call is not None:
                calls.append(sandbox.call)
                self.executing -= 1
            self.remove(sandbox, 1 if sandbox.call is None else 3)
        self.away[node] = True
        for call in sorted(calls, key=lambda call: call["id"]):
            self.start(call)
        self.serve_first()

    def node_is_back(self, node):
        for failure in self.failures:
            lasts = failure["lasts"]
            ends = None if lasts is None else failure["at"] + lasts
            if failure["node"] == node and failure["at"] <= self.now and (ends is None or ends > self.now):
                return
        if self.away[node]:
            self.away[node] = False
            self.serve_on(node)


def main():
    with open(sys.argv[1]) as file:
        scenarios = json.load(file)
    json.dump([Cluster(scenario).run() for scenario in scenarios], sys.stdout)
    print()


if __name__ == "__main__":
    main()
