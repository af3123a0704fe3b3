import { drafts } from "./parts/drafts";
import { forms } from "./parts/forms";
import { keys } from "./parts/keys";
import { pictures } from "./parts/pictures";
import { place } from "./parts/place";
import { small } from "./parts/small";

document.documentElement.classList.add("js");
for (const part of [forms, small, drafts, pictures, place, keys]) part();
