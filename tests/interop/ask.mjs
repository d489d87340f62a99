#!/usr/bin/env node
/*
 * ask.mjs - hold the golden cases against Prisma's engine. tests/golden/README.md has the layout.
 *
 * usage: node ask.mjs [--golden DIR] [--record] [CASE...]
 *
 * Every case, or those whose name (diff/NAME, validate/NAME, folders/NAME, format/NAME) begins with
 * a CASE, is put to the engine; TAP on stdout, 1 when an answer is not what is recorded. --record writes the
 * engine's answers as the expectations instead: read the change before committing it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { NO_FILTER, engineOpen, enginesClose, formatFiles, lintFiles } from './engine.mjs';

const GOLDEN = fileURLToPath(new URL('../golden', import.meta.url));

function namesIn(dir) {
    return fs.existsSync(dir) ? fs.readdirSync(dir).sort() : [];
}

function suffixed(dir, suffix) {
    return namesIn(dir)
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length));
}

/* Diagnostics as lines, a place and a severity each; a schema that has errors is refused, too. */
function placesOf(files, place) {
    const { valid, diagnostics } = lintFiles(files);
    if (valid === diagnostics.some((d) => d.severity === 'error'))
        throw new Error('lint and validate contradict each other');
    const byPlace = (a, b) => a.file.localeCompare(b.file) || a.line - b.line
        || a.severity.localeCompare(b.severity);
    return diagnostics.sort(byPlace).map((d) => `${d.severity} ${place(d)}\n`).join('');
}

/* ---- the kinds: where cases are, and what the engine answers --------------------------------- */

function diffTarget(file) {
    if (!fs.existsSync(file))
        return { tag: 'empty' };
    const content = fs.readFileSync(file, 'utf8');
    return { tag: 'schemaDatamodel', files: [{ path: path.basename(file), content }] };
}

const diffKind = {
    names: (dir) => namesIn(dir),
    expected: (dir, name) => path.join(dir, name, 'expected.sql'),
    async answer(dir, name, engine) {
        const result = await engine.diff({
            from: diffTarget(path.join(dir, name, 'from.prisma')),
            to: diffTarget(path.join(dir, name, 'to.prisma')),
            script: true, exitCode: false, filters: NO_FILTER,
        });
        return result.stdout;
    },
};

const validateKind = {
    names: (dir) => suffixed(dir, '.prisma'),
    expected: (dir, name) => path.join(dir, `${name}.expected`),
    async answer(dir, name) {
        const file = path.join(dir, `${name}.prisma`);
        const text = fs.readFileSync(file, 'utf8');
        return placesOf([[`${name}.prisma`, text]], (d) => d.line);
    },
};

const foldersKind = {
    names: (dir) => namesIn(dir).filter((name) => !name.endsWith('.expected')),
    expected: (dir, name) => path.join(dir, `${name}.expected`),
    async answer(dir, name) {
        const files = namesIn(path.join(dir, name))
            .map((file) => [file, fs.readFileSync(path.join(dir, name, file), 'utf8')]);
        return placesOf(files, (d) => `${d.file}:${d.line}`);
    },
};

const formatKind = {
    names: (dir) => suffixed(dir, '.input.prisma'),
    expected: (dir, name) => path.join(dir, `${name}.expected.prisma`),
    async answer(dir, name) {
        const text = fs.readFileSync(path.join(dir, `${name}.input.prisma`), 'utf8');
        const once = formatFiles([['schema.prisma', text]])[0][1];
        if (formatFiles([['schema.prisma', once]])[0][1] !== once)
            throw new Error('the formatted text is formatted differently again');
        return once;
    },
};

const KINDS = {
    diff: diffKind, folders: foldersKind, format: formatKind, validate: validateKind,
};

/* ---- comparing ------------------------------------------------------------------------------ */

/* The lines from the first difference on, enough of them to see what it is. */
function firstDifference(expected, got) {
    const [a, b] = [expected.split('\n'), got.split('\n')];
    const at = a.findIndex((line, i) => line !== b[i]);
    const start = at < 0 ? a.length : at;
    const some = (lines, sign) => lines.slice(start, start + 8).map((line) => `${sign} ${line}`);
    return [`line ${start + 1}`, ...some(a, '-'), ...some(b, '+')];
}

function compare(file, got) {
    if (!fs.existsSync(file))
        return ['nothing recorded'];
    const expected = fs.readFileSync(file, 'utf8');
    return expected === got ? null : firstDifference(expected, got);
}

async function caseAsk(kind, dir, name, engine, record) {
    try {
        const got = await KINDS[kind].answer(dir, name, engine);
        const file = KINDS[kind].expected(dir, name);
        if (!record)
            return compare(file, got);
        fs.writeFileSync(file, got);
        return null;
    } catch (error) {
        return engine.explain(error).message.split('\n');
    }
}

async function main() {
    const { values, positionals } = parseArgs({
        options: {
            golden: { type: 'string', default: GOLDEN },
            record: { type: 'boolean', default: false },
        },
        allowPositionals: true,
    });
    const engine = await engineOpen({ offline: true });
    let count = 0, failed = 0;
    for (const kind of Object.keys(KINDS)) {
        const dir = path.join(values.golden, kind);
        for (const name of KINDS[kind].names(dir)) {
            const id = `${kind}/${name}`;
            if (positionals.length > 0 && !positionals.some((p) => id.startsWith(p)))
                continue;
            const difference = await caseAsk(kind, dir, name, engine, values.record);
            count++;
            failed += difference ? 1 : 0;
            console.log(`${difference ? 'not ok' : 'ok'} ${count} - ${id}`);
            for (const line of difference ?? [])
                console.log(`# ${line}`);
        }
    }
    console.log(`1..${count}`);
    if (count === 0)
        console.log('# no case was found');
    return count > 0 && failed === 0 ? 0 : 1;
}

process.exitCode = await main();
await enginesClose();
