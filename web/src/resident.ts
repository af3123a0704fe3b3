import { code } from "./parts/code";
import { drafts } from "./parts/drafts";
import { forms } from "./parts/forms";
import { pictures } from "./parts/pictures";
import { place } from "./parts/place";
import { small } from "./parts/small";
import { speak } from "./parts/speak";

document.documentElement.classList.add("js");
for (const part of [forms, small, drafts, pictures, place, speak, code]) part();
