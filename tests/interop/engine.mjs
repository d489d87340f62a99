/*
 * Prisma's wasm packages behind plain functions: lint, format, and a schema engine on a database
 * or on none. oracle.mjs and ask.mjs are written on it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { webcrypto } from 'node:crypto';

import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import prismaSchema from '@prisma/prisma-schema-wasm';

export const NO_FILTER = { externalTables: [], externalEnums: [] };

/* ---- files ---------------------------------------------------------------------------------- */

function prismaFilesIn(dir) {
    return fs.readdirSync(dir, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.prisma'))
        .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
        .sort();
}

/* [[name, text]] of files and of folders of *.prisma files; "-" is stdin. */
export function schemaFiles(paths) {
    return paths.flatMap((p) => {
        if (p === '-')
            return [['schema.prisma', fs.readFileSync(0, 'utf8')]];
        const names = fs.statSync(p).isDirectory() ? prismaFilesIn(p) : [p];
        return names.map((name) => [name, fs.readFileSync(name, 'utf8')]);
    });
}

function fileOrNull(name) {
    try {
        return fs.readFileSync(name, 'utf8');
    } catch {
        return null;
    }
}

/* A migrations directory as the engine wants it. */
export function migrationsRead(dir) {
    const names = fs.readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return {
        baseDir: path.resolve(dir),
        lockfile: {
            path: 'migration_lock.toml',
            content: fileOrNull(path.join(dir, 'migration_lock.toml')),
        },
        shadowDbInitScript: '',
        migrationDirectories: names.map((name) => ({
            path: name,
            migrationFile: migrationFileRead(path.join(dir, name, 'migration.sql')),
        })),
    };
}

function migrationFileRead(name) {
    const text = fileOrNull(name);
    const content = text === null
        ? { tag: 'error', value: `cannot read ${name}` }
        : { tag: 'ok', value: text };
    return { path: 'migration.sql', content };
}

/* ---- schemas: lint and format --------------------------------------------------------------- */

function lineOf(text, offset) {
    return text.slice(0, offset).split('\n').length;
}

/* What validate throws, or null: its message is JSON, unlike the engine's. */
export function refusalOf(files) {
    try {
        prismaSchema.validate(JSON.stringify({ prismaSchema: files, noColor: true }));
        return null;
    } catch (error) {
        return JSON.parse(error.message).message;
    }
}

export function lintFiles(files) {
    const texts = new Map(files);
    const message = refusalOf(files);
    const diagnostics = JSON.parse(prismaSchema.lint(JSON.stringify(files))).map((d) => ({
        severity: d.is_warning ? 'warning' : 'error',
        start: d.start,
        end: d.end,
        line: lineOf(texts.get(d.file_name) ?? files[0][1], d.start),
        text: d.text,
        file: d.file_name,
    }));
    return { valid: message === null, message, diagnostics };
}

export function formatFiles(files) {
    const params = {
        textDocument: { uri: 'file:/schema.prisma' },
        options: { tabSize: 2, insertSpaces: true },
    };
    return JSON.parse(prismaSchema.format(JSON.stringify(files), JSON.stringify(params)));
}

export function schemaDmmf(files) {
    const params = { prismaSchema: files, noColor: true };
    return JSON.parse(prismaSchema.get_dmmf(JSON.stringify(params)));
}

/* ---- the adapter ---------------------------------------------------------------------------- */

const CHAR_OID = 18;
const NAME_OID = 19;

/* adapter-pg refuses columns of type "char", which the engine's own catalogue queries return: show
 * them to it as names, and put the right type in its answer. */
function charColumnsAllow(queryable) {
    const performIO = queryable.performIO.bind(queryable);
    const queryRaw = Object.getPrototypeOf(queryable).queryRaw;

    queryable.queryRaw = async (query) => {
        const answer = await performIO(query);
        const shown = answer.fields.map((f) => (
            f.dataTypeID === CHAR_OID ? { ...f, dataTypeID: NAME_OID } : f));
        const self = Object.create(queryable, {
            performIO: { value: async () => ({ ...answer, fields: shown }) },
        });
        const result = await queryRaw.call(self, query);
        answer.fields.forEach((f, i) => {
            if (f.dataTypeID === CHAR_OID)
                result.columnTypes[i] = ColumnTypeEnum.Character;
        });
        return result;
    };
    return queryable;
}

/* adapter-pg cuts a script at every semicolon, also within strings and function bodies; the native
 * engine sends it whole. */
function scriptsSendWhole(conn) {
    conn.executeScript = async (script) => {
        try {
            await conn.underlyingDriver().query(script);
        } catch (error) {
            conn.onError(error);
        }
    };
    return conn;
}

function adapterMend(conn) {
    const startTransaction = conn.startTransaction.bind(conn);

    conn.startTransaction = async (level) => charColumnsAllow(await startTransaction(level));
    return scriptsSendWhole(charColumnsAllow(conn));
}

/* What a URL may say: Prisma's own parameters, which must not reach the server, and libpq's. */
const KNOWN_PARAMETERS = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer',
    'connect_timeout', 'socket_timeout', 'statement_cache_size', 'single_use_connections',
    'host', 'port', 'user', 'options', 'sslmode', 'application_name'];

/* Host, user and database one by one and never as connectionString: adapter-pg makes a shadow
 * database's configuration by replacing `database`, which a connection string would override. */
export function urlParse(text) {
    const url = new URL(text);
    const schema = url.searchParams.get('schema') ?? undefined;
    const config = {
        host: url.searchParams.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost'),
        port: Number(url.searchParams.get('port') ?? (url.port || 5432)),
        user: decodeURIComponent(url.username) || url.searchParams.get('user') || undefined,
        password: decodeURIComponent(url.password) || undefined,
        database: decodeURIComponent(url.pathname.slice(1)) || undefined,
    };
    const startup = [];
    if (schema !== undefined)
        startup.push(`-c search_path="${schema.replaceAll('"', '""').replaceAll(' ', '\\ ')}"`);
    if (url.searchParams.has('options'))
        startup.push(url.searchParams.get('options'));
    for (const key of url.searchParams.keys())
        if (!KNOWN_PARAMETERS.includes(key))
            throw new Error(`parameter "${key}" of the database URL is not known here`);
    if (startup.length > 0)
        config.options = startup.join(' ');
    return { config, schema };
}

class OracleAdapterFactory extends PrismaPg {
    constructor({ config, schema }, shadow) {
        super({ ...config, max: 4 }, { schema });
        this.schema = schema;
        this.shadow = shadow;
        this.open = new Set();
    }

    tracked(conn) {
        const dispose = conn.dispose.bind(conn);

        this.open.add(conn);
        conn.dispose = async () => {
            if (this.open.delete(conn))
                await dispose();
        };
        return adapterMend(conn);
    }

    async connect() {
        return this.tracked(await super.connect());
    }

    async connectToShadowDb() {
        return this.shadow ? this.shadowEmptied() : this.shadowCreated();
    }

    async shadowEmptied() {
        const factory = new OracleAdapterFactory(this.shadow);
        const conn = await factory.connect();

        await conn.executeScript(EMPTY_DATABASE);
        this.open.add(conn);
        return conn;
    }

    /* adapter-pg's own drops the database while its pool still has connections to it. */
    async shadowCreated() {
        const database = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
        const main = await this.connect();

        await main.executeScript(`CREATE DATABASE "${database}"`);
        const config = { ...this.config, database };
        const factory = new OracleAdapterFactory({ config, schema: this.schema });
        const conn = await factory.connect();
        const dispose = conn.dispose;
        conn.dispose = async () => {
            this.open.delete(conn);
            await dispose();
            await main.executeScript(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
            await main.dispose();
        };
        this.open.add(conn);
        return conn;
    }

    /* Shadow databases first: they are dropped through a connection that is in the list as well. */
    async close() {
        for (const conn of [...this.open].reverse())
            await conn.dispose();
    }
}

const EMPTY_DATABASE = `DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT nspname FROM pg_namespace
                WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
END $$`;

/* No database: the engine asks for the server's version when it starts and then, to compare
 * schemas, nothing more. */
class NoDatabaseFactory {
    provider = 'postgres';
    adapterName = '@prisma/adapter-pg';

    async connect() {
        const refuse = async () => {
            throw new Error('this question needs a database: set DATABASE_URL');
        };
        return {
            provider: this.provider,
            adapterName: this.adapterName,
            getConnectionInfo: () => ({ supportsRelationJoins: true }),
            queryRaw: async (query) => (
                query.sql.includes('server_version_num') ? OFFLINE_SERVER : refuse()),
            executeRaw: refuse,
            executeScript: refuse,
            startTransaction: refuse,
            dispose: async () => {},
        };
    }

    connectToShadowDb() {
        return this.connect();
    }

    async close() {}
}

const OFFLINE_SERVER = {
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, 'PostgreSQL 15.0', 150000]],
};

/* ---- the engine ----------------------------------------------------------------------------- */

let wasm;

/* Debian 12's Node 18 has no global `crypto`, which the engine draws its random ids from. */
globalThis.crypto ??= webcrypto;

/* The package's own entry imports the .wasm file as a module, which Node cannot do without a flag. */
async function wasmLoad() {
    if (wasm !== undefined)
        return wasm;
    const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const beside = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const file = new URL('./schema_engine_bg.wasm', beside);
    const { instance } = await WebAssembly.instantiate(fs.readFileSync(fileURLToPath(file)),
        { './schema_engine_bg.js': glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    wasm = glue;
    return wasm;
}

export async function engineVersion() {
    return (await wasmLoad()).version();
}

/* What the engine threw as {error_code?, message, meta?}. */
export function errorExplain(error) {
    if (error !== null && typeof error === 'object' && 'error_code' in error)
        return error;
    const { code, meta, message } = error ?? {};
    const cause = error?.cause && { cause: error.cause };
    return {
        ...(code && { error_code: code }), message: message ?? String(error),
        ...(meta && { meta }), ...cause,
    };
}

const openFactories = [];

export async function enginesClose() {
    while (openFactories.length > 0)
        await openFactories.pop().close();
}

function factoryMake({ offline, url }) {
    if (offline)
        return new NoDatabaseFactory();
    const shadow = process.env.SHADOW_DATABASE_URL;
    const main = url ?? process.env.DATABASE_URL ?? shadow;
    if (!main)
        throw new Error('DATABASE_URL is not set');
    return new OracleAdapterFactory(urlParse(main), shadow && urlParse(shadow));
}

/*
 * An engine: offline, on `url`, or on DATABASE_URL. Its methods are the engine's own
 * (schema_engine.d.ts); what one throws is resolved to the driver's error where there is one.
 */
export async function engineOpen({ offline, url, datamodels }) {
    const factory = factoryMake({ offline, url });
    const bound = bindMigrationAwareSqlAdapterFactory(factory);
    const { SchemaEngine } = await wasmLoad();

    openFactories.push(factory);
    const explain = (error) => errorExplain(externalError(bound, error));
    try {
        const engine = await SchemaEngine.new({ datamodels }, () => {}, bound);
        return engineWrap(engine, bound, explain);
    } catch (error) {
        throw externalError(bound, error);
    }
}

function externalError(bound, error) {
    const id = /External error id#(\d+)/.exec(error?.message ?? '')?.[1];
    const record = id === undefined ? undefined : bound.errorRegistry.consumeError(Number(id));
    return record?.error ?? error;
}

function engineWrap(engine, bound, explain) {
    return new Proxy(engine, {
        get(target, name) {
            if (name === 'explain')
                return explain;
            const member = target[name];
            if (typeof member !== 'function')
                return member;
            return async (...args) => {
                try {
                    return await member.apply(target, args);
                } catch (error) {
                    throw externalError(bound, error);
                }
            };
        },
    });
}
