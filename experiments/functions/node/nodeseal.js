// Derives a key, compresses a text, encrypts it, and takes both back.
"use strict";
const crypto = require("node:crypto");
const zlib = require("node:zlib");
const { Numbers, words } = require("./inputs.js");
const WORDS = 20000;

function handle({ seed, request }) {
    const text = Buffer.from(words(new Numbers(seed, request), WORDS).join(" "));
    const key = crypto.pbkdf2Sync(`secret ${seed}`, `salt ${request}`, 2000, 32, "sha256");
    const nonce = Buffer.alloc(12, request & 255);
    const cipher = crypto.createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([cipher.update(zlib.gzipSync(text)), cipher.final()]);
    const opener = crypto.createDecipheriv("aes-256-gcm", key, nonce).setAuthTag(cipher.getAuthTag());
    const opened = zlib.gunzipSync(Buffer.concat([opener.update(sealed), opener.final()]));
    return {
        bytes: opened.length,
        sealed: sealed.length,
        digest: crypto.createHash("sha256").update(opened).digest("hex"),
        signature: crypto.createHmac("sha256", key).update(opened).digest("hex"),
    };
}

module.exports = { handle };
