/** Ion channels and calcium pools: the catalogue. Adding one is one file plus one line here. @module */
import { caDynamics } from "./ca-dynamics.js";
import { caHva } from "./ca-hva.js";
import { caLva } from "./ca-lva.js";
import { caShells } from "./ca-shells.js";
import { caT } from "./ca-t.js";
import { connorStevensA } from "./cs-a.js";
import type { ChannelDeclaration } from "./declaration.js";
import { hodgkinHuxleyPotassium } from "./hh-k.js";
import { hodgkinHuxleySodium } from "./hh-na.js";
import { ih } from "./ih.js";
import { im } from "./im.js";
import { imV2 } from "./im-v2.js";
import { kP } from "./k-p.js";
import { kSpace } from "./k-space.js";
import { kT } from "./k-t.js";
import { kd } from "./kd.js";
import { kv2Like } from "./kv2-like.js";
import { kv3 } from "./kv3-1.js";
import { mCurrent } from "./m.js";
import { naTa } from "./na-ta.js";
import { naTs } from "./na-ts.js";
import { nap } from "./nap.js";
import { naV } from "./nav.js";
import { sk } from "./sk.js";
import { skv3 } from "./skv3-1.js";
import { traubMilesPotassium } from "./tm-k.js";
import { traubMilesSodium } from "./tm-na.js";

/** Every channel of the catalogue; found by id. */
export const channelModels: readonly ChannelDeclaration[] = [
  caDynamics,
  caHva,
  caLva,
  caShells,
  caT,
  connorStevensA,
  hodgkinHuxleyPotassium,
  hodgkinHuxleySodium,
  ih,
  im,
  imV2,
  kP,
  kSpace,
  kT,
  kd,
  kv2Like,
  kv3,
  mCurrent,
  naTa,
  naTs,
  naV,
  nap,
  sk,
  skv3,
  traubMilesPotassium,
  traubMilesSodium,
];

export {
  caDynamics,
  caHva,
  caLva,
  caShells,
  caT,
  connorStevensA,
  hodgkinHuxleyPotassium,
  hodgkinHuxleySodium,
  ih,
  im,
  imV2,
  kP,
  kSpace,
  kT,
  kd,
  kv2Like,
  kv3,
  mCurrent,
  naTa,
  naTs,
  naV,
  nap,
  sk,
  skv3,
  traubMilesPotassium,
  traubMilesSodium,
};
