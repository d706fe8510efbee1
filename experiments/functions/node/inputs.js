// The generator of python/inputs.py: the same numbers and words.
"use strict";
const SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va"];

class Numbers {
    constructor(seed, request) {
        this.state = (seed * 7919 + request * 104729 + 12345) >>> 0;
    }

    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = this.state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1) >>> 0;
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return (mixed ^ (mixed >>> 14)) >>> 0;
    }
}

function word(index) {
    return SYLLABLES[index >> 8] + SYLLABLES[(index >> 4) & 15] + SYLLABLES[index & 15];
}

function words(numbers, count) {
    const chosen = [];
    for (let i = 0; i < count; i += 1) {
        const number = numbers.next();
        chosen.push(word(Math.floor(((number >>> 16) * (number & 0xffff)) / 0x100000)));
    }
    return chosen;
}

module.exports = { Numbers, words };
