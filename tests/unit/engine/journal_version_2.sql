PRAGMA application_id = 1195527764;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE claims (
        bot TEXT NOT NULL, pair TEXT NOT NULL, order_id TEXT NOT NULL, intent TEXT NOT NULL,
        PRIMARY KEY (bot, pair, order_id)) WITHOUT ROWID;
INSERT INTO "claims" VALUES('home','binance/USDT-BTC','700001','20261121T140211-filled');
CREATE TABLE events (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, intent TEXT NOT NULL,
    event TEXT NOT NULL, detail TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'2026-11-21T13:53:11+00:00','20261121T140211-filled','intent','filled as seen at the press');
INSERT INTO "events" VALUES(2,'2026-11-21T13:53:12+00:00','20261121T140211-filled','result','filled 700001');
INSERT INTO "events" VALUES(3,'2026-11-21T13:54:11+00:00','20261121T140311-refuse','intent','refuse as seen at the press');
INSERT INTO "events" VALUES(4,'2026-11-21T13:54:12+00:00','20261121T140311-refuse','result','refused insufficient funds');
INSERT INTO "events" VALUES(5,'2026-11-21T13:55:11+00:00','20261121T140411-unknwn','intent','unknwn as seen at the press');
INSERT INTO "events" VALUES(6,'2026-11-21T13:55:12+00:00','20261121T140411-unknwn','result','unknown no answer in 10 s');
INSERT INTO "events" VALUES(7,'2026-11-21T13:56:11+00:00','20261121T140511-cancel','intent','cancel as seen at the press');
INSERT INTO "events" VALUES(8,'2026-11-21T13:56:12+00:00','20261121T140511-cancel','result','handed over');
INSERT INTO "events" VALUES(9,'2026-11-21T14:02:11+00:00','','halt','');
CREATE TABLE flags (name TEXT PRIMARY KEY, at TEXT NOT NULL);
INSERT INTO "flags" VALUES('halt','2026-11-21T14:02:11+00:00');
CREATE TABLE intents (
        id TEXT PRIMARY KEY, short_id TEXT NOT NULL, bot TEXT NOT NULL, kind TEXT NOT NULL,
        pair TEXT NOT NULL, money TEXT NOT NULL, side TEXT NOT NULL, fingerprint TEXT NOT NULL,
        command TEXT NOT NULL, state TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL,
        reason TEXT NOT NULL, order_id TEXT NOT NULL, leg_id TEXT NOT NULL, filled TEXT NOT NULL,
        funds TEXT NOT NULL, known_ids TEXT NOT NULL, counted REAL, pid INTEGER NOT NULL);
INSERT INTO "intents" VALUES('20261121T140211-filled','filled','home','place','binance/USDT-BTC','USDT','buy','binance/USDT-BTC open buy limit 0.0041 60940 - -','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','filled','2026-11-21T13:53:11+00:00','2026-11-21T13:53:12+00:00','','700001','','0.0041','','["166132"]',249.854,4711);
INSERT INTO "intents" VALUES('20261121T140311-refuse','refuse','home','place','binance/USDT-BTC','USDT','buy','binance/USDT-BTC open buy limit 0.0041 60940 - -','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','refused','2026-11-21T13:54:11+00:00','2026-11-21T13:54:12+00:00','insufficient funds','','','0','','[]',NULL,4711);
INSERT INTO "intents" VALUES('20261121T140411-unknwn','unknwn','home','place','binance/USDT-BTC','USDT','buy','binance/USDT-BTC open buy limit 0.0041 60940 - -','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','unknown','2026-11-21T13:55:11+00:00','2026-11-21T13:55:12+00:00','no answer in 10 s','','','0','','[]',249.854,4711);
INSERT INTO "intents" VALUES('20261121T140511-cancel','cancel','other','cancel','binance/USDT-BTC','USDT','buy','','{"do": "cancel", "order": "357044", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','handed over','2026-11-21T13:56:11+00:00','2026-11-21T13:56:12+00:00','','','','0','','[]',NULL,4711);
CREATE TABLE lines (number INTEGER PRIMARY KEY, at TEXT NOT NULL, line TEXT NOT NULL);
INSERT INTO "lines" VALUES(1,'2026-11-21T14:02:11+00:00','buy 0.01 @ bid');
CREATE INDEX intents_by_time ON intents (bot, created, id);
CREATE INDEX intents_by_state ON intents (state, bot, created, id);
CREATE INDEX intents_by_short_id ON intents (bot, short_id);
CREATE INDEX intents_counted ON intents (bot, created, money, pair, counted) WHERE counted IS NOT NULL;
CREATE INDEX events_by_intent ON events (intent);
COMMIT;
