BEGIN TRANSACTION;
CREATE TABLE auditor_lost_days (
	source TEXT NOT NULL, 
	day DATE NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (source, day)
)
 WITHOUT ROWID

;
INSERT INTO "auditor_lost_days" VALUES('redis','2026-11-05',12);
CREATE TABLE auditor_names (
	source TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	handler TEXT NOT NULL, 
	path TEXT NOT NULL, 
	line INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	first_registered DATETIME NOT NULL, 
	last_registered DATETIME NOT NULL, 
	PRIMARY KEY (source, kind, name, handler)
)
 WITHOUT ROWID

;
INSERT INTO "auditor_names" VALUES('redis','task','shop.mail.remind','shop.mail:remind','shop/mail.py',7,'v41','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
CREATE TABLE auditor_revision (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT auditor_revision_pkc PRIMARY KEY (version_num)
);
INSERT INTO "auditor_revision" VALUES('0002');
CREATE TABLE auditor_routes (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	handler TEXT NOT NULL, 
	path TEXT NOT NULL, 
	line INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	shadowed JSON NOT NULL, 
	first_registered DATETIME NOT NULL, 
	last_registered DATETIME NOT NULL, 
	PRIMARY KEY (source, "key", handler)
)
 WITHOUT ROWID

;
INSERT INTO "auditor_routes" VALUES('redis','DELETE /carts/{cart}/items/{item}','shop.api:handler_4','shop/api.py',14,'v41','[]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','GET /größe/{name}','shop.api:handler_3','shop/api.py',13,'v41','[]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','GET /legacy/export','shop.api:handler_5','shop/api.py',15,'v41','[]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','GET /orders','shop.api:handler_0','shop/api.py',10,'v41','[]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','GET /orders/{id}','shop.api:handler_2','shop/api.py',12,'v41','[]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','GET /young','shop.api:young','shop/api.py',99,'v41','[]','2026-11-17 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','POST /legacy/import','shop.api:handler_6','shop/api.py',16,'v41','[]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
INSERT INTO "auditor_routes" VALUES('redis','POST /orders','shop.api:handler_1','shop/api.py',11,'v41','[["shop.old:handler", "shop/old.py", 3]]','2026-09-21 12:00:00.000000','2026-11-20 10:00:00.000000');
CREATE TABLE auditor_sources (
	name TEXT NOT NULL, 
	healthy BOOLEAN NOT NULL, 
	problem TEXT, 
	only_for_use BOOLEAN NOT NULL, 
	notes JSON NOT NULL, 
	collected_at DATETIME NOT NULL, 
	healthy_at DATETIME, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID

;
INSERT INTO "auditor_sources" VALUES('edge',1,NULL,1,'["sampled: proves use, never absence"]','2026-11-20 12:00:00.000000','2026-11-20 12:00:00.000000');
INSERT INTO "auditor_sources" VALUES('redis',1,NULL,0,'[]','2026-11-20 12:00:00.000000','2026-11-20 12:00:00.000000');
INSERT INTO "auditor_sources" VALUES('retired',0,'connection refused',0,'[]','2026-11-19 12:00:00.000000',NULL);
INSERT INTO "auditor_sources" VALUES('worker',1,NULL,1,'[]','2026-11-20 12:00:00.000000','2026-11-20 12:00:00.000000');
CREATE TABLE auditor_usage_days (
	day DATE NOT NULL, 
	source TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	errors BIGINT NOT NULL, 
	by_status JSON NOT NULL, 
	last_seen DATETIME, 
	PRIMARY KEY (day, source, kind, "key", origin)
)
 WITHOUT ROWID

;
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','edge','endpoint','GET /orders','log-1104',2345,0,'{}','2026-11-04 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','edge','endpoint','GET /orders/{id}','log-1104',13495,0,'{}','2026-11-04 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','edge','endpoint','POST /orders','log-1104',75423,0,'{}','2026-11-04 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','(unmatched)','',46,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',76440,35,'{"2xx": 76405, "5xx": 35}','2026-11-04 05:26:27.019587');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','GET /größe/{name}','web-1',48178,21,'{"2xx": 48157, "5xx": 21}','2026-11-04 02:51:11.010271');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','GET /orders','web-1',58159,37,'{"2xx": 58122, "5xx": 37}','2026-11-04 09:27:02.034022');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','GET /orders','web-2',50689,18,'{"2xx": 50671, "5xx": 18}','2026-11-04 03:52:34.013954');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','GET /orders/{id}','web-1',40492,13,'{"2xx": 40479, "5xx": 13}','2026-11-04 08:30:06.030606');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','POST /orders','web-1',18254,26,'{"2xx": 18228, "5xx": 26}','2026-11-04 01:55:55.006955');
INSERT INTO "auditor_usage_days" VALUES('2026-11-04','redis','endpoint','POST /orders','web-2',55634,8,'{"2xx": 55626, "5xx": 8}','2026-11-04 02:17:54.008274');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','(unmatched)','',189,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',64901,3,'{"2xx": 64898, "5xx": 3}','2026-11-05 07:40:25.027625');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','GET /größe/{name}','web-1',46299,14,'{"2xx": 46285, "5xx": 14}','2026-11-05 07:52:57.028377');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','GET /orders','web-1',39201,3,'{"2xx": 39198, "5xx": 3}','2026-11-05 02:06:56.007616');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','GET /orders','web-2',45378,36,'{"2xx": 45342, "5xx": 36}','2026-11-05 07:18:25.026305');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','GET /orders/{id}','web-1',71845,37,'{"2xx": 71808, "5xx": 37}','2026-11-05 04:23:05.015785');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','POST /orders','web-1',48323,20,'{"2xx": 48303, "5xx": 20}','2026-11-05 06:53:32.024812');
INSERT INTO "auditor_usage_days" VALUES('2026-11-05','redis','endpoint','POST /orders','web-2',48133,23,'{"2xx": 48110, "5xx": 23}','2026-11-05 00:16:56.001016');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','edge','endpoint','GET /orders','log-1106',29545,0,'{}','2026-11-06 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','edge','endpoint','GET /orders/{id}','log-1106',27209,0,'{}','2026-11-06 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','edge','endpoint','POST /orders','log-1106',38131,0,'{}','2026-11-06 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','(unmatched)','',297,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',86943,6,'{"2xx": 86937, "5xx": 6}','2026-11-06 03:42:16.013336');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','GET /größe/{name}','web-1',5152,33,'{"2xx": 5119, "5xx": 33}','2026-11-06 05:35:43.020143');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','GET /orders','web-1',5814,39,'{"2xx": 5775, "5xx": 39}','2026-11-06 09:27:55.034075');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','GET /orders','web-2',68713,20,'{"2xx": 68693, "5xx": 20}','2026-11-06 08:43:49.031429');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','GET /orders/{id}','web-1',490,36,'{"2xx": 454, "5xx": 36}','2026-11-06 08:21:38.030098');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','POST /orders','web-1',60195,30,'{"2xx": 60165, "5xx": 30}','2026-11-06 06:58:14.025094');
INSERT INTO "auditor_usage_days" VALUES('2026-11-06','redis','endpoint','POST /orders','web-2',35775,25,'{"2xx": 35750, "5xx": 25}','2026-11-06 06:44:42.024282');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','(unmatched)','',124,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',7711,17,'{"2xx": 7694, "5xx": 17}','2026-11-07 06:50:34.024634');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','GET /größe/{name}','web-1',22939,0,'{"2xx": 22939}','2026-11-07 01:25:24.005124');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','GET /orders','web-1',22347,4,'{"2xx": 22343, "5xx": 4}','2026-11-07 02:48:32.010112');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','GET /orders','web-2',43146,18,'{"2xx": 43128, "5xx": 18}','2026-11-07 06:07:50.022070');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','GET /orders/{id}','web-1',2363,17,'{"2xx": 2346, "5xx": 17}','2026-11-07 01:21:00.004860');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','POST /orders','web-1',56082,8,'{"2xx": 56074, "5xx": 8}','2026-11-07 00:25:47.001547');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','redis','endpoint','POST /orders','web-2',6105,31,'{"2xx": 6074, "5xx": 31}','2026-11-07 04:42:27.016947');
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','retired','endpoint','GET /gone','',5,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','worker','component','invoice-export','',640165529283,2,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','worker','function','shop.prices:total','',281297709785,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-07','worker','task','shop.mail.remind','',728414265131,6,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','edge','endpoint','GET /orders','log-1108',47221,0,'{}','2026-11-08 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','edge','endpoint','GET /orders/{id}','log-1108',1354,0,'{}','2026-11-08 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','edge','endpoint','POST /orders','log-1108',43861,0,'{}','2026-11-08 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','(unmatched)','',478,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',86506,19,'{"2xx": 86487, "5xx": 19}','2026-11-08 09:43:18.034998');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','GET /größe/{name}','web-1',62884,34,'{"2xx": 62850, "5xx": 34}','2026-11-08 07:00:13.025213');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','GET /orders','web-1',81646,19,'{"2xx": 81627, "5xx": 19}','2026-11-08 00:57:59.003479');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','GET /orders','web-2',46742,35,'{"2xx": 46707, "5xx": 35}','2026-11-08 00:57:03.003423');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','GET /orders/{id}','web-1',21804,34,'{"2xx": 21770, "5xx": 34}','2026-11-08 00:13:58.000838');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','POST /orders','web-1',17757,7,'{"2xx": 17750, "5xx": 7}','2026-11-08 00:34:42.002082');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','redis','endpoint','POST /orders','web-2',47636,0,'{"2xx": 47636}','2026-11-08 03:57:55.014275');
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','worker','component','invoice-export','',735330218871,1,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','worker','function','shop.prices:total','',881218329728,8,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-08','worker','task','shop.mail.remind','',35301118879,3,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','(unmatched)','',253,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',7392,39,'{"2xx": 7353, "5xx": 39}','2026-11-09 06:01:12.021672');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','GET /größe/{name}','web-1',31833,21,'{"2xx": 31812, "5xx": 21}','2026-11-09 02:55:50.010550');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','GET /orders','web-1',66052,26,'{"2xx": 66026, "5xx": 26}','2026-11-09 10:10:32.036632');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','GET /orders','web-2',42713,20,'{"2xx": 42693, "5xx": 20}','2026-11-09 10:37:53.038273');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','GET /orders/{id}','web-1',48218,25,'{"2xx": 48193, "5xx": 25}','2026-11-09 08:07:38.029258');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','POST /orders','web-1',60691,2,'{"2xx": 60689, "5xx": 2}','2026-11-09 01:53:51.006831');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','redis','endpoint','POST /orders','web-2',70666,6,'{"2xx": 70660, "5xx": 6}','2026-11-09 01:08:23.004103');
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','worker','component','invoice-export','',910627478032,8,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','worker','function','shop.prices:total','',885683832245,3,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-09','worker','task','shop.mail.remind','',253485323646,8,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','edge','endpoint','GET /orders','log-1110',3837,0,'{}','2026-11-10 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','edge','endpoint','GET /orders/{id}','log-1110',1461,0,'{}','2026-11-10 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','edge','endpoint','POST /orders','log-1110',93368,0,'{}','2026-11-10 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','(unmatched)','',334,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',73218,22,'{"2xx": 73196, "5xx": 22}','2026-11-10 03:03:49.011029');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','GET /größe/{name}','web-1',31196,19,'{"2xx": 31177, "5xx": 19}','2026-11-10 00:37:36.002256');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','GET /orders','web-1',84180,26,'{"2xx": 84154, "5xx": 26}','2026-11-10 05:12:38.018758');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','GET /orders','web-2',84908,35,'{"2xx": 84873, "5xx": 35}','2026-11-10 06:21:40.022900');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','GET /orders/{id}','web-1',39344,26,'{"2xx": 39318, "5xx": 26}','2026-11-10 03:14:36.011676');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','POST /orders','web-1',36697,29,'{"2xx": 36668, "5xx": 29}','2026-11-10 00:59:42.003582');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','redis','endpoint','POST /orders','web-2',71516,27,'{"2xx": 71489, "5xx": 27}','2026-11-10 07:50:05.028205');
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','worker','component','invoice-export','',109550350412,1,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','worker','function','shop.prices:total','',615780950542,6,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-10','worker','task','shop.mail.remind','',1074797271418,2,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','(unmatched)','',333,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',11020,35,'{"2xx": 10985, "5xx": 35}','2026-11-11 05:47:37.020857');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','GET /größe/{name}','web-1',54107,25,'{"2xx": 54082, "5xx": 25}','2026-11-11 02:13:34.008014');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','GET /orders','web-1',2372,2,'{"2xx": 2370, "5xx": 2}','2026-11-11 09:07:37.032857');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','GET /orders','web-2',55478,13,'{"2xx": 55465, "5xx": 13}','2026-11-11 04:27:58.016078');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','GET /orders/{id}','web-1',64870,11,'{"2xx": 64859, "5xx": 11}','2026-11-11 04:13:23.015203');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','POST /orders','web-1',65804,17,'{"2xx": 65787, "5xx": 17}','2026-11-11 03:20:17.012017');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','redis','endpoint','POST /orders','web-2',80064,26,'{"2xx": 80038, "5xx": 26}','2026-11-11 00:27:45.001665');
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','worker','component','invoice-export','',531986460346,8,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','worker','function','shop.prices:total','',259696994153,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-11','worker','task','shop.mail.remind','',553663090840,2,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','edge','endpoint','GET /orders','log-1112',19415,0,'{}','2026-11-12 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','edge','endpoint','GET /orders/{id}','log-1112',80026,0,'{}','2026-11-12 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','edge','endpoint','POST /orders','log-1112',86876,0,'{}','2026-11-12 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','(unmatched)','',338,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',75549,20,'{"2xx": 75529, "5xx": 20}','2026-11-12 06:54:23.024863');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','GET /größe/{name}','web-1',53365,14,'{"2xx": 53351, "5xx": 14}','2026-11-12 10:38:49.038329');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','GET /orders','web-1',64183,7,'{"2xx": 64176, "5xx": 7}','2026-11-12 05:10:06.018606');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','GET /orders','web-2',89755,38,'{"2xx": 89717, "5xx": 38}','2026-11-12 01:48:47.006527');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','GET /orders/{id}','web-1',82729,31,'{"2xx": 82698, "5xx": 31}','2026-11-12 02:22:52.008572');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','POST /orders','web-1',87976,11,'{"2xx": 87965, "5xx": 11}','2026-11-12 00:33:33.002013');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','redis','endpoint','POST /orders','web-2',23155,17,'{"2xx": 23138, "5xx": 17}','2026-11-12 05:33:00.019980');
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','worker','component','invoice-export','',1074301060858,1,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','worker','function','shop.prices:total','',314266901596,8,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-12','worker','task','shop.mail.remind','',351829500442,6,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','(unmatched)','',174,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',84954,36,'{"2xx": 84918, "5xx": 36}','2026-11-13 08:22:38.030158');
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','GET /größe/{name}','web-1',62968,3,'{"2xx": 62965, "5xx": 3}','2026-11-13 03:00:45.010845');
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','GET /orders','web-1',36792,34,'{"2xx": 36758, "5xx": 34}','2026-11-13 09:39:36.034776');
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','GET /orders','web-2',80831,9,'{"2xx": 80822, "5xx": 9}','2026-11-13 09:18:23.033503');
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','GET /orders/{id}','web-1',14565,31,'{"2xx": 14534, "5xx": 31}','2026-11-13 01:29:15.005355');
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','POST /orders','web-1',19223,11,'{"2xx": 19212, "5xx": 11}','2026-11-13 01:10:57.004257');
INSERT INTO "auditor_usage_days" VALUES('2026-11-13','redis','endpoint','POST /orders','web-2',19176,13,'{"2xx": 19163, "5xx": 13}','2026-11-13 10:26:43.037603');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','edge','endpoint','GET /orders','log-1114',13920,0,'{}','2026-11-14 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','edge','endpoint','GET /orders/{id}','log-1114',36464,0,'{}','2026-11-14 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','edge','endpoint','POST /orders','log-1114',97913,0,'{}','2026-11-14 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','(unmatched)','',215,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',81941,20,'{"2xx": 81921, "5xx": 20}','2026-11-14 00:18:55.001135');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','GET /größe/{name}','web-1',41316,39,'{"2xx": 41277, "5xx": 39}','2026-11-14 10:11:14.036674');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','GET /orders','web-1',56491,28,'{"2xx": 56463, "5xx": 28}','2026-11-14 01:30:56.005456');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','GET /orders','web-2',62902,38,'{"2xx": 62864, "5xx": 38}','2026-11-14 06:10:59.022259');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','GET /orders/{id}','web-1',51850,35,'{"2xx": 51815, "5xx": 35}','2026-11-14 08:54:54.032094');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','POST /orders','web-1',8631,19,'{"2xx": 8612, "5xx": 19}','2026-11-14 00:39:45.002385');
INSERT INTO "auditor_usage_days" VALUES('2026-11-14','redis','endpoint','POST /orders','web-2',67170,12,'{"2xx": 67158, "5xx": 12}','2026-11-14 00:55:39.003339');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','(unmatched)','',414,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',39974,38,'{"2xx": 39936, "5xx": 38}','2026-11-15 02:53:24.010404');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','GET /größe/{name}','web-1',50089,1,'{"2xx": 50088, "5xx": 1}','2026-11-15 00:34:50.002090');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','GET /orders','web-1',59202,28,'{"2xx": 59174, "5xx": 28}','2026-11-15 04:44:22.017062');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','GET /orders','web-2',27013,9,'{"2xx": 27004, "5xx": 9}','2026-11-15 01:52:33.006753');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','GET /orders/{id}','web-1',43662,33,'{"2xx": 43629, "5xx": 33}','2026-11-15 08:56:34.032194');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','POST /orders','web-1',48806,14,'{"2xx": 48792, "5xx": 14}','2026-11-15 10:01:17.036077');
INSERT INTO "auditor_usage_days" VALUES('2026-11-15','redis','endpoint','POST /orders','web-2',3810,6,'{"2xx": 3804, "5xx": 6}','2026-11-15 08:10:16.029416');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','edge','endpoint','GET /orders','log-1116',83691,0,'{}','2026-11-16 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','edge','endpoint','GET /orders/{id}','log-1116',75005,0,'{}','2026-11-16 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','edge','endpoint','POST /orders','log-1116',15223,0,'{}','2026-11-16 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','(unmatched)','',54,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',36506,2,'{"2xx": 36504, "5xx": 2}','2026-11-16 04:42:29.016949');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','GET /größe/{name}','web-1',70839,31,'{"2xx": 70808, "5xx": 31}','2026-11-16 01:41:30.006090');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','GET /orders','web-1',74913,17,'{"2xx": 74896, "5xx": 17}','2026-11-16 03:40:30.013230');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','GET /orders','web-2',16743,18,'{"2xx": 16725, "5xx": 18}','2026-11-16 02:30:30.009030');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','GET /orders/{id}','web-1',63367,31,'{"2xx": 63336, "5xx": 31}','2026-11-16 03:14:29.011669');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','POST /orders','web-1',76583,10,'{"2xx": 76573, "5xx": 10}','2026-11-16 00:38:16.002296');
INSERT INTO "auditor_usage_days" VALUES('2026-11-16','redis','endpoint','POST /orders','web-2',66274,37,'{"2xx": 66237, "5xx": 37}','2026-11-16 07:10:35.025835');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','(unmatched)','',171,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',46136,17,'{"2xx": 46119, "5xx": 17}','2026-11-17 07:32:54.027174');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','GET /größe/{name}','web-1',66353,28,'{"2xx": 66325, "5xx": 28}','2026-11-17 10:46:47.038807');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','GET /orders','web-1',59449,26,'{"2xx": 59423, "5xx": 26}','2026-11-17 09:05:23.032723');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','GET /orders','web-2',6398,21,'{"2xx": 6377, "5xx": 21}','2026-11-17 04:56:32.017792');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','GET /orders/{id}','web-1',4998,17,'{"2xx": 4981, "5xx": 17}','2026-11-17 06:45:56.024356');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','POST /orders','web-1',84975,30,'{"2xx": 84945, "5xx": 30}','2026-11-17 08:31:37.030697');
INSERT INTO "auditor_usage_days" VALUES('2026-11-17','redis','endpoint','POST /orders','web-2',48226,21,'{"2xx": 48205, "5xx": 21}','2026-11-17 10:15:54.036954');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','edge','endpoint','GET /orders','log-1118',61102,0,'{}','2026-11-18 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','edge','endpoint','GET /orders/{id}','log-1118',61378,0,'{}','2026-11-18 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','edge','endpoint','POST /orders','log-1118',23288,0,'{}','2026-11-18 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','(unmatched)','',377,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',12911,20,'{"2xx": 12891, "5xx": 20}','2026-11-18 07:43:07.027787');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','GET /größe/{name}','web-1',83805,27,'{"2xx": 83778, "5xx": 27}','2026-11-18 07:16:30.026190');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','GET /orders','web-1',44108,24,'{"2xx": 44084, "5xx": 24}','2026-11-18 03:54:12.014052');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','GET /orders','web-2',41065,4,'{"2xx": 41061, "5xx": 4}','2026-11-18 04:19:38.015578');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','GET /orders/{id}','web-1',54560,20,'{"2xx": 54540, "5xx": 20}','2026-11-18 04:48:19.017299');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','POST /orders','web-1',36685,0,'{"2xx": 36685}','2026-11-18 03:06:18.011178');
INSERT INTO "auditor_usage_days" VALUES('2026-11-18','redis','endpoint','POST /orders','web-2',81823,26,'{"2xx": 81797, "5xx": 26}','2026-11-18 05:48:35.020915');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','(unmatched)','',225,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',10529,36,'{"2xx": 10493, "5xx": 36}','2026-11-19 01:32:39.005559');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','GET /größe/{name}','web-1',30176,15,'{"2xx": 30161, "5xx": 15}','2026-11-19 02:36:37.009397');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','GET /orders','web-1',31715,37,'{"2xx": 31678, "5xx": 37}','2026-11-19 05:38:33.020313');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','GET /orders','web-2',51582,17,'{"2xx": 51565, "5xx": 17}','2026-11-19 05:58:52.021532');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','GET /orders/{id}','web-1',33524,15,'{"2xx": 33509, "5xx": 15}','2026-11-19 00:45:10.002710');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','POST /orders','web-1',17996,20,'{"2xx": 17976, "5xx": 20}','2026-11-19 04:27:28.016048');
INSERT INTO "auditor_usage_days" VALUES('2026-11-19','redis','endpoint','POST /orders','web-2',68083,25,'{"2xx": 68058, "5xx": 25}','2026-11-19 05:19:36.019176');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','edge','endpoint','GET /orders','log-1120',25715,0,'{}','2026-11-20 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','edge','endpoint','GET /orders/{id}','log-1120',20672,0,'{}','2026-11-20 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','edge','endpoint','POST /orders','log-1120',90500,0,'{}','2026-11-20 01:00:00.003600');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','(unmatched)','',50,0,'{}',NULL);
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','DELETE /carts/{cart}/items/{item}','web-1',31864,36,'{"2xx": 31828, "5xx": 36}','2026-11-20 06:50:43.024643');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','GET /größe/{name}','web-1',23164,11,'{"2xx": 23153, "5xx": 11}','2026-11-20 09:41:32.034892');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','GET /orders','web-1',58491,19,'{"2xx": 58472, "5xx": 19}','2026-11-20 04:53:48.017628');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','GET /orders','web-2',17539,20,'{"2xx": 17519, "5xx": 20}','2026-11-20 07:48:10.028090');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','GET /orders/{id}','web-1',76584,15,'{"2xx": 76569, "5xx": 15}','2026-11-20 07:34:15.027255');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','POST /orders','web-1',49470,20,'{"2xx": 49450, "5xx": 20}','2026-11-20 07:22:12.026532');
INSERT INTO "auditor_usage_days" VALUES('2026-11-20','redis','endpoint','POST /orders','web-2',54805,10,'{"2xx": 54795, "5xx": 10}','2026-11-20 00:42:56.002576');
CREATE TABLE auditor_watched_days (
	source TEXT NOT NULL, 
	day DATE NOT NULL, 
	bitmap BLOB NOT NULL, 
	PRIMARY KEY (source, day)
)
 WITHOUT ROWID

;
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-04',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-05',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-06',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-07',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-08',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-09',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-10',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-11',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-12',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-13',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-14',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-15',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-16',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-17',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-18',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-19',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF');
INSERT INTO "auditor_watched_days" VALUES('redis','2026-11-20',X'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
COMMIT;
