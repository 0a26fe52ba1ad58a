import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Outlet, useLocation } from "react-router";
import { aboutQuery } from "../api/about";
import { Header } from "./Header";
import { OfflineBanner } from "./OfflineBanner";
import classes from "./Shell.module.css";

export function Shell() {
  const { data } = useQuery(aboutQuery);
  useTopOfNewPage();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Header about={data?.about} />
      <OfflineBanner />
      <Outlet />
      <footer className={classes.footer}>
        <strong>Not for diagnosis.</strong> {data?.about.disclaimer}
        {data && <span className={classes.version}>Similis {data.about.version}</span>}
      </footer>
    </>
  );
}

/** A page that is opened begins at its top; the search puts itself back where it was. */
function useTopOfNewPage(): void {
  const { pathname } = useLocation();
  useEffect(() => {
    window.history.scrollRestoration = "manual";
  }, []);
  useEffect(() => {
    if (pathname !== "/") window.scrollTo(0, 0);
  }, [pathname]);
}
