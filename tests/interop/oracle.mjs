#!/usr/bin/env node
/*
 * oracle.mjs - ask Prisma's own engine (the two wasm packages in package.json) any question.
 *
 * usage: node oracle.mjs COMMAND [ARGUMENTS]          needs Node 18 and `npm ci` in this folder
 *
 * without a database
 *   lint PATH|-             {"valid","message","diagnostics"}, each {severity,start,end,line,text,
 *                           file}; start and end are offsets in UTF-16 code units; 1 when not valid
 *   lint-batch PATH...      the same, one JSON line a path
 *   format PATH|-           the formatted text (of a folder: JSON {file: text})
 *   format-batch [--write] PATH...   one JSON line {"path","text"} a file; --write rewrites it
 *   diff FROM TO [--script] [--exit-code] [--json]    the migration between two states
 *   diff-batch              JSON lines in {"id","from","to","script","exitCode"}, JSON lines out
 *                           {"id","exitCode","stdout"} or {"id","error"}; from and to are
 *                           "empty", {"schema": PATH}, {"text": SCHEMA}, {"files": {NAME: TEXT}}
 *   bench-diff [--rounds N] [--from PATH] PATH...     times as JSON: validateMs for parsing and
 *                           validating, diffMs for that and the diff from --from or from empty
 *   dmmf PATH               the datamodel as the engine sees it, JSON
 *   version                 the commit of the engine
 *
 *   FROM and TO:  --from-empty | --from-schema PATH[,PATH...] | --from-migrations DIR |
 *                 --from-url [URL] (and --to-...). A PATH is a file, a folder of *.prisma files,
 *                 or - for stdin.
 *                 --from-url without a URL is DATABASE_URL; only one side can be a database.
 *
 * with a database (DATABASE_URL; `schema=` in it is understood)
 *   deploy --migrations DIR                  {"appliedMigrationNames"}
 *   status --migrations DIR                  diagnoseMigrationHistory; 1 when it reports anything
 *   resolve --applied|--rolled-back NAME --migrations DIR
 *   push --schema PATH [--force]             {"executedSteps","warnings","unexecutable"};
 *                                            1 when refused
 *   pull --schema PATH [--force] [--json]    the schema the database has (warnings on stderr);
 *                                            a PATH that does not exist is an empty project
 *   dev-diagnostic --migrations DIR          {"action"}
 *   reset                                    drops everything in the schema
 *   execute FILE|-                           runs a script
 *
 * A shadow database (status, dev-diagnostic, --from-migrations) is SHADOW_DATABASE_URL, emptied
 * first, or else a database created beside DATABASE_URL and dropped afterwards.
 *
 * exit status: 0 done, 1 the engine says no (JSON on stderr: {error_code, message, meta}),
 * 2 a difference (diff --exit-code), 64 a usage error (text on stderr).
 */
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import {
    NO_FILTER, engineOpen, engineVersion, formatFiles, lintFiles, migrationsRead, refusalOf,
    schemaDmmf, schemaFiles,
} from './engine.mjs';

class UsageError extends Error {}

function usageText() {
    const source = fs.readFileSync(fileURLToPath(import.meta.url), 'utf8');
    const comment = source.slice(source.indexOf('/*') + 3, source.indexOf('*/'));
    return comment.replace(/^ \* ?/gm, '').trimEnd();
}

function print(value) {
    process.stdout.write(typeof value === 'string' ? value : JSON.stringify(value) + '\n');
}

function pathsNeeded(paths) {
    if (paths.length === 0)
        throw new UsageError('a path is missing');
    return paths;
}

function optionNeeded(values, name) {
    if (values[name] === undefined)
        throw new UsageError(`--${name} is missing`);
    return values[name];
}

/* ---- without a database --------------------------------------------------------------------- */

function lint(_values, paths) {
    const result = lintFiles(schemaFiles(pathsNeeded(paths)));
    print(result);
    return result.valid ? 0 : 1;
}

function lintBatch(_values, paths) {
    let worst = 0;
    for (const p of pathsNeeded(paths)) {
        const result = lintFiles(schemaFiles([p]));
        print({ path: p, ...result });
        worst = result.valid ? worst : 1;
    }
    return worst;
}

function format(_values, paths) {
    const files = formatFiles(schemaFiles(pathsNeeded(paths)));
    print(files.length === 1 ? files[0][1] : Object.fromEntries(files));
}

function formatBatch(values, paths) {
    for (const p of pathsNeeded(paths))
        for (const [name, text] of formatFiles(schemaFiles([p]))) {
            if (values.write)
                fs.writeFileSync(name, text);
            print({ path: name, text });
        }
}

function dmmf(_values, paths) {
    print(schemaDmmf(schemaFiles(pathsNeeded(paths))));
}

/* ---- diff ----------------------------------------------------------------------------------- */

function datamodelTarget(files) {
    return { tag: 'schemaDatamodel', files: files.map(([path, content]) => ({ path, content })) };
}

/* The engine refuses its own "url" target now; a schema's datasource is the adapter's database. */
function databaseTarget() {
    return {
        tag: 'schemaDatasource', files: [{ path: 'schema.prisma', content: EMPTY_PROJECT }],
        configDir: process.cwd(),
    };
}

/* "--from-url" may stand without a value; parseArgs cannot say that, so it is put in here. */
function bareUrlsFill(argv) {
    return argv.flatMap((arg, i) => {
        const bare = /^--(from|to)-url$/.test(arg) && (argv[i + 1] ?? '--').startsWith('--');
        return bare ? [arg, process.env.DATABASE_URL ?? ''] : [arg];
    });
}

function diffSide(values, side) {
    const kinds = ['empty', 'schema', 'url', 'migrations'];
    const [kind, ...more] = kinds.filter((k) => values[`${side}-${k}`] !== undefined);
    if (kind === undefined || more.length > 0)
        throw new UsageError(`exactly one --${side}-{${kinds.join(',')}} is needed`);
    const value = values[`${side}-${kind}`];
    switch (kind) {
    case 'empty': return { target: { tag: 'empty' } };
    case 'schema': return { target: datamodelTarget(schemaFiles(value.split(','))) };
    case 'url': return { target: databaseTarget(), url: value };
    default: return { target: { tag: 'migrations', ...migrationsRead(value) }, shadow: true };
    }
}

async function diff(values) {
    const from = diffSide(values, 'from');
    const to = diffSide(values, 'to');
    if (from.url !== undefined && to.url !== undefined)
        throw new UsageError('only one side can be a database');
    const url = from.url ?? to.url;
    const needed = from.shadow || to.shadow || url !== undefined;
    const engine = await engineOpen(needed ? { url } : { offline: true });
    const answer = await engine.diff({
        from: from.target, to: to.target, script: values.script ?? false,
        exitCode: values['exit-code'] ?? false, filters: NO_FILTER,
    });
    print(values.json ? answer : answer.stdout ?? '');
    return answer.exitCode;
}

function batchSide(side) {
    if (side === undefined || side === null || side === 'empty')
        return { tag: 'empty' };
    if (side.schema !== undefined)
        return datamodelTarget(schemaFiles([].concat(side.schema)));
    if (side.text !== undefined)
        return datamodelTarget([['schema.prisma', side.text]]);
    return datamodelTarget(Object.entries(side.files));
}

async function diffBatch() {
    const engine = await engineOpen({ offline: true });
    let worst = 0;
    for await (const line of readline.createInterface({ input: process.stdin })) {
        if (line.trim() === '')
            continue;
        const ask = JSON.parse(line);
        try {
            const answer = await engine.diff({
                from: batchSide(ask.from), to: batchSide(ask.to), script: ask.script ?? true,
                exitCode: ask.exitCode ?? true, filters: NO_FILTER,
            });
            print({ id: ask.id, ...answer });
        } catch (error) {
            print({ id: ask.id, error: engine.explain(error) });
            worst = 1;
        }
    }
    return worst;
}

function spread(samples) {
    const sorted = [...samples].sort((a, b) => a - b);
    const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    return { min: sorted[0], median: at(0.5), p90: at(0.9), max: sorted.at(-1) };
}

async function timed(rounds, ask) {
    const samples = [];
    for (let i = 0; i < rounds; i++) {
        const start = process.hrtime.bigint();
        await ask();
        samples.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    return spread(samples);
}

/* The start of the wasm module is counted apart: it is paid once a process. A diff parses and
 * checks its schemas itself, so diffMs is the whole and validateMs a part of it. */
async function benchDiff(values, paths) {
    const rounds = Number(values.rounds ?? 20);
    if (!Number.isInteger(rounds) || rounds < 1)
        throw new UsageError('--rounds wants a positive number');
    const start = process.hrtime.bigint();
    const engine = await engineOpen({ offline: true });
    const startMs = Number(process.hrtime.bigint() - start) / 1e6;
    const from = values.from ? datamodelTarget(schemaFiles([values.from])) : { tag: 'empty' };
    for (const p of pathsNeeded(paths)) {
        const files = schemaFiles([p]);
        const to = datamodelTarget(files);
        const params = { from, to, script: true, exitCode: false, filters: NO_FILTER };
        print({
            path: p, bytes: files.reduce((n, f) => n + Buffer.byteLength(f[1]), 0), rounds,
            engineStartMs: startMs, validateMs: await timed(rounds, async () => refusalOf(files)),
            diffMs: await timed(rounds, () => engine.diff(params)),
        });
    }
}

/* ---- with a database ------------------------------------------------------------------------ */

async function deploy(values) {
    const migrationsList = migrationsRead(optionNeeded(values, 'migrations'));
    const engine = await engineOpen({});
    print(await engine.applyMigrations({ migrationsList, filters: NO_FILTER }));
}

async function status(values) {
    const migrationsList = migrationsRead(optionNeeded(values, 'migrations'));
    const engine = await engineOpen({});
    const answer = await engine.diagnoseMigrationHistory({
        migrationsList, optInToShadowDatabase: true, filters: NO_FILTER,
    });
    print(answer);
    const clean = answer.failedMigrationNames.length === 0
        && answer.editedMigrationNames.length === 0 && !answer.history;
    return clean ? 0 : 1;
}

async function resolve(values) {
    if ((values.applied === undefined) === (values['rolled-back'] === undefined))
        throw new UsageError('one of --applied and --rolled-back is needed');
    const migrationsList = migrationsRead(optionNeeded(values, 'migrations'));
    const engine = await engineOpen({});
    if (values.applied !== undefined)
        await engine.markMigrationApplied({ migrationName: values.applied, migrationsList });
    else
        await engine.markMigrationRolledBack({ migrationName: values['rolled-back'] });
    print({});
}

function schemaContainer(values) {
    const files = schemaFiles(optionNeeded(values, 'schema').split(','));
    return { files: files.map(([path, content]) => ({ path, content })) };
}

async function push(values) {
    const schema = schemaContainer(values);
    const engine = await engineOpen({});
    const force = values.force ?? false;
    const answer = await engine.schemaPush({ schema, force, filters: NO_FILTER });
    print(answer);
    const refused = answer.unexecutable.length > 0 || (answer.warnings.length > 0 && !force);
    return refused ? 1 : 0;
}

const EMPTY_PROJECT = 'datasource db {\n  provider = "postgresql"\n}\n';

async function pull(values) {
    const where = optionNeeded(values, 'schema');
    const schema = fs.existsSync(where) || where === '-'
        ? schemaContainer(values)
        : { files: [{ path: where, content: EMPTY_PROJECT }] };
    const engine = await engineOpen({ datamodels: schema.files.map((f) => [f.path, f.content]) });
    const answer = await engine.introspect({
        schema, baseDirectoryPath: path.dirname(path.resolve(where)), force: values.force ?? false,
        compositeTypeDepth: -1, namespaces: null,
    });
    if (values.json) {
        print(answer);
        return;
    }
    if (answer.warnings)
        process.stderr.write(answer.warnings + '\n');
    print(answer.schema.files.length === 1 ? answer.schema.files[0].content
        : Object.fromEntries(answer.schema.files.map((f) => [f.path, f.content])));
}

async function devDiagnostic(values) {
    const migrationsList = migrationsRead(optionNeeded(values, 'migrations'));
    const engine = await engineOpen({});
    print(await engine.devDiagnostic({ migrationsList, filters: NO_FILTER }));
}

async function reset() {
    const engine = await engineOpen({});
    await engine.reset({ filter: NO_FILTER });
    print({});
}

async function execute(_values, paths) {
    const script = schemaFiles(pathsNeeded(paths)).map((f) => f[1]).join('');
    const engine = await engineOpen({});
    const datasourceType = { tag: 'url', url: process.env.DATABASE_URL };
    await engine.dbExecute({ datasourceType, script });
    print({});
}

async function version() {
    print((await engineVersion()) + '\n');
}

/* ---- the command line ----------------------------------------------------------------------- */

const COMMANDS = {
    lint, 'lint-batch': lintBatch, format, 'format-batch': formatBatch, dmmf, diff,
    'diff-batch': diffBatch, 'bench-diff': benchDiff, deploy, status, resolve, push, pull,
    'dev-diagnostic': devDiagnostic, reset, execute, version,
};

const FLAGS = ['help', 'script', 'exit-code', 'json', 'force', 'write', 'from-empty', 'to-empty'];
const STRINGS = ['from-schema', 'to-schema', 'from-url', 'to-url', 'from-migrations',
    'to-migrations', 'migrations', 'applied', 'rolled-back', 'schema', 'rounds', 'from'];
const OPTIONS = Object.fromEntries([
    ...FLAGS.map((name) => [name, { type: 'boolean' }]),
    ...STRINGS.map((name) => [name, { type: 'string' }]),
]);

function argvParse(argv) {
    try {
        return parseArgs({ args: bareUrlsFill(argv), options: OPTIONS, allowPositionals: true });
    } catch (error) {
        throw new UsageError(error.message);
    }
}

async function main(argv) {
    const { values, positionals: [name, ...paths] } = argvParse(argv);
    if (values.help || name === 'help') {
        print(usageText() + '\n');
        return 0;
    }
    if (!Object.hasOwn(COMMANDS, name ?? ''))
        throw new UsageError(name ? `unknown command "${name}"` : 'a command is missing');
    return (await COMMANDS[name](values, paths)) ?? 0;
}

let code;
try {
    code = await main(process.argv.slice(2));
} catch (error) {
    code = error instanceof UsageError ? 64 : 1;
    process.stderr.write(error instanceof UsageError
        ? `oracle: ${error.message} (--help lists the commands)\n`
        : JSON.stringify((await import('./engine.mjs')).errorExplain(error)) + '\n');
}
/* The pools of the engine's connections would keep the process alive; stdout may be a pipe that is
 * still being read, so it is flushed first. */
await (await import('./engine.mjs')).enginesClose();
process.stdout.write('', () => process.exit(code));
