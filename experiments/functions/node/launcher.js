// Serves one function as python/launcher.py does, with the same protocol: node launcher.js FUNCTION
"use strict";
const readline = require("node:readline");
const { handle } = require(`./${process.argv[2]}.js`);

function answer(line) {
    const request = JSON.parse(line);
    try {
        return JSON.stringify({ request: request.request, answer: handle(request) });
    } catch (error) {
        return JSON.stringify({ request: request.request, error: String(error) });
    }
}

process.stdout.write("ready import\n");
readline.createInterface({ input: process.stdin }).on("line", (line) => process.stdout.write(answer(line) + "\n"));
