// Reads a catalogue as JSON, groups it and renders it as HTML with template literals.
"use strict";
const { Numbers, words } = require("./inputs.js");
const ITEMS = 1500;

function catalogue({ seed, request }) {
    const numbers = new Numbers(seed, request);
    const items = words(numbers, ITEMS).map((name) => ({ name, price: numbers.next() % 1000, kind: `<${name[0]}>` }));
    return JSON.stringify({ title: "Offers & more", items });
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escape = (text) => text.replace(/[&<>]/g, (character) => ESCAPES[character]);

// Adler-32 of an ASCII text.
function checksum(text) {
    let low = 1;
    let high = 0;
    for (let i = 0; i < text.length; i += 1) {
        low = (low + text.charCodeAt(i)) % 65521;
        high = (high + low) % 65521;
    }
    return high * 65536 + low;
}

function handle(request) {
    const { title, items } = JSON.parse(catalogue(request));
    const kinds = new Map();
    for (const item of items) {
        if (!kinds.has(item.kind)) kinds.set(item.kind, []);
        kinds.get(item.kind).push(item);
    }
    const sections = [...kinds.keys()].sort().map((kind) => {
        const rows = kinds.get(kind).map(({ name, price }) => `<li>${escape(name)}: ${price}</li>`);
        return `<h2>${escape(kind)}</h2><ul>${rows.join("")}</ul>`;
    });
    const page = `<h1>${escape(title)}</h1>${sections.join("")}`;
    return { bytes: page.length, checksum: checksum(page), total: items.reduce((sum, item) => sum + item.price, 0) };
}

module.exports = { handle };
