// Builds the interface kit into dist/: one style sheet, one script, the images it names and the fonts.
// Runs from any copy of this folder after `npm ci`; the output depends on the lock file and on src/ alone.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const from = (...parts) => join(here, ...parts);
const modules = (...parts) => from("node_modules", ...parts);

// Folder of the font package -> file name without weight. The drawing of PDFs reads the same files.
const FONTS = {
  "noto-sans": "NotoSans",
  "noto-emoji": "NotoEmoji",
  "noto-naskh-arabic": "NotoNaskhArabic",
  "noto-sans-armenian": "NotoSansArmenian",
  "noto-sans-bengali": "NotoSansBengali",
  "noto-sans-devanagari": "NotoSansDevanagari",
  "noto-sans-ethiopic": "NotoSansEthiopic",
  "noto-sans-georgian": "NotoSansGeorgian",
  "noto-sans-gujarati": "NotoSansGujarati",
  "noto-sans-gurmukhi": "NotoSansGurmukhi",
  "noto-sans-hebrew": "NotoSansHebrew",
  "noto-sans-kannada": "NotoSansKannada",
  "noto-sans-khmer": "NotoSansKhmer",
  "noto-sans-kr": "NotoSansKR",
  "noto-sans-malayalam": "NotoSansMalayalam",
  "noto-sans-myanmar": "NotoSansMyanmar",
  "noto-sans-sc": "NotoSansSC",
  "noto-sans-sinhala": "NotoSansSinhala",
  "noto-sans-tamil": "NotoSansTamil",
  "noto-sans-telugu": "NotoSansTelugu",
  "noto-sans-thai": "NotoSansThai",
};
const WEIGHTS = { "400Regular": "Regular", "700Bold": "Bold" };
// Only documents print these, in the regular weight.
const REGULAR_ONLY = new Set([
  "noto-emoji",
  "noto-sans-armenian",
  "noto-sans-georgian",
  "noto-sans-gujarati",
  "noto-sans-kannada",
  "noto-sans-khmer",
  "noto-sans-kr",
  "noto-sans-malayalam",
  "noto-sans-myanmar",
  "noto-sans-sc",
  "noto-sans-sinhala",
  "noto-sans-telugu",
]);

const KIT_IMAGES = [
  "icon-arrow-black-down.svg",
  "icon-arrow-white-down.svg",
  "icon-toggle-plus-minus.svg",
  "icon-close-cross-black.svg",
  "icon-tag-remove-cross.svg",
  "icon-tag-remove-cross-white.svg",
];

function copyFonts() {
  for (const [folder, family] of Object.entries(FONTS)) {
    for (const [weight, name] of Object.entries(WEIGHTS)) {
      if (weight !== "400Regular" && REGULAR_ONLY.has(folder)) continue;
      const source = modules("@expo-google-fonts", folder, weight, `${family}_${weight}.ttf`);
      cpSync(source, from("dist", "fonts", `${family}-${name}.ttf`));
    }
  }
}

function copyImages() {
  for (const name of KIT_IMAGES) {
    cpSync(modules("@ministryofjustice", "frontend", "moj", "assets", "images", name), from("dist", "images", name));
  }
  cpSync(from("src", "images"), from("dist", "images"), { recursive: true });
}

// Drops rules that name a file we do not ship (the crests and the crown), so that hashed file names resolve.
function withoutForeignImages(css) {
  const kept = new Set([...KIT_IMAGES, "roundtable.svg"]);
  return css.replace(/url\((["']?)([^"')]+)\1\)/g, (whole, _quote, target) => {
    if (target.startsWith("data:") || target.includes("fonts/")) return whole;
    return kept.has(target.split("/").pop()) ? whole : "none";
  });
}

function buildStyles() {
  const { css } = sass.compile(from("src", "app.scss"), {
    loadPaths: [here, modules()],
    style: "compressed",
    quietDeps: true,
    logger: sass.Logger.silent,
  });
  writeFileSync(from("dist", "app.css"), withoutForeignImages(css));
}

function buildScript() {
  return esbuild.build({
    absWorkingDir: here,
    entryPoints: ["src/entry.js"],
    outfile: "dist/app.js",
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    legalComments: "none",
    logLevel: "warning",
  });
}

rmSync(from("dist"), { recursive: true, force: true });
mkdirSync(from("dist"));
copyFonts();
copyImages();
buildStyles();
await buildScript();
