PRAGMA application_id = 1195527764;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE events (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, intent TEXT NOT NULL,
        event TEXT NOT NULL, detail TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'2026-11-21T14:02:11+00:00','20261121T140211-filled','intent','filled as seen at the press');
INSERT INTO "events" VALUES(2,'2026-11-21T14:02:12+00:00','20261121T140211-filled','result','handed over');
INSERT INTO "events" VALUES(3,'2026-11-21T14:02:13+00:00','20261121T140211-filled','evidence','working 700001');
INSERT INTO "events" VALUES(4,'2026-11-21T14:02:14+00:00','20261121T140211-filled','evidence','filled 700001');
INSERT INTO "events" VALUES(5,'2026-11-21T14:03:11+00:00','20261121T140311-partly','intent','partly as seen at the press');
INSERT INTO "events" VALUES(6,'2026-11-21T14:03:12+00:00','20261121T140311-partly','result','handed over');
INSERT INTO "events" VALUES(7,'2026-11-21T14:03:13+00:00','20261121T140311-partly','evidence','cancelled 700002');
INSERT INTO "events" VALUES(8,'2026-11-21T14:04:11+00:00','20261121T140411-refuse','intent','refuse as seen at the press');
INSERT INTO "events" VALUES(9,'2026-11-21T14:04:12+00:00','20261121T140411-refuse','result','refused  insufficient funds');
INSERT INTO "events" VALUES(10,'2026-11-21T14:05:11+00:00','20261121T140511-unknwn','intent','unknwn as seen at the press');
INSERT INTO "events" VALUES(11,'2026-11-21T14:05:12+00:00','20261121T140511-unknwn','result','unknown  no answer in 10 s');
INSERT INTO "events" VALUES(12,'2026-11-21T14:06:11+00:00','20261121T140611-workin','intent','workin as seen at the press');
INSERT INTO "events" VALUES(13,'2026-11-21T14:06:12+00:00','20261121T140611-workin','result','handed over');
INSERT INTO "events" VALUES(14,'2026-11-21T14:06:13+00:00','20261121T140611-workin','evidence','working 700001');
INSERT INTO "events" VALUES(15,'2026-11-21T14:07:11+00:00','20261121T140711-cancel','intent','cancel as seen at the press');
INSERT INTO "events" VALUES(16,'2026-11-21T14:07:12+00:00','20261121T140711-cancel','result','handed over');
INSERT INTO "events" VALUES(17,'2026-11-21T14:08:11+00:00','20261121T140811-elsewh','intent','elsewh as seen at the press');
INSERT INTO "events" VALUES(18,'2026-11-21T14:08:12+00:00','20261121T140811-elsewh','result','handed over');
INSERT INTO "events" VALUES(19,'2026-11-21T14:09:11+00:00','20261121T140911-sendng','intent','sendng as seen at the press');
INSERT INTO "events" VALUES(20,'2026-11-21T14:10:11+00:00','','halt','');
CREATE TABLE intents (
        id TEXT PRIMARY KEY, bot TEXT NOT NULL, command TEXT NOT NULL, state TEXT NOT NULL,
        created TEXT NOT NULL, updated TEXT NOT NULL, reason TEXT NOT NULL,
        order_id TEXT NOT NULL, filled TEXT NOT NULL, known_ids TEXT NOT NULL);
INSERT INTO "intents" VALUES('20261121T140211-filled','home','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','filled','2026-11-21T14:02:11+00:00','2026-11-21T14:02:14+00:00','','700001','0.0041','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140311-partly','home','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0040", "price": "60000", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','cancelled','2026-11-21T14:03:11+00:00','2026-11-21T14:03:13+00:00','','700002','0.0010','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140411-refuse','home','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','refused','2026-11-21T14:04:11+00:00','2026-11-21T14:04:12+00:00','insufficient funds','','0','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140511-unknwn','home','{"do": "place", "type": "limit", "side": "sell", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','unknown','2026-11-21T14:05:11+00:00','2026-11-21T14:05:12+00:00','no answer in 10 s','','0','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140611-workin','home','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','working','2026-11-21T14:06:11+00:00','2026-11-21T14:06:13+00:00','','700001','0','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140711-cancel','home','{"do": "cancel", "order": "357044", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','handed over','2026-11-21T14:07:11+00:00','2026-11-21T14:07:12+00:00','','','0','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140811-elsewh','other','{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','handed over','2026-11-21T14:08:11+00:00','2026-11-21T14:08:12+00:00','','','0','["166132", "357044"]');
INSERT INTO "intents" VALUES('20261121T140911-sendng','home','{"do": "place", "type": "market", "side": "buy", "amount": "0.50000000", "price": "60940.0", "pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}}','sending','2026-11-21T14:09:11+00:00','2026-11-21T14:09:11+00:00','','','0','["166132", "357044"]');
CREATE INDEX intents_by_bot ON intents (bot, created);
COMMIT;
