import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { RouterProvider } from "react-router/dom";
import { createQueryClient } from "../api/queryClient";
import { useSignedOut } from "../api/session";
import { cspNonce } from "./cspNonce";
import { router } from "./router";
import { SignedOutPage } from "./SignedOutPage";
import { cssVariables, theme } from "./theme";

const queryClient = createQueryClient();
setNonce(cspNonce()); // for the style element that locks scrolling behind a dialog

export function App() {
  const signedOut = useSignedOut();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
    >
      <QueryClientProvider client={queryClient}>
        <aside id="overlays" aria-label="Messages and dialogs" />
        <Notifications position="bottom-left" autoClose={8000} />
        {signedOut ? <SignedOutPage /> : <RouterProvider router={router} />}
      </QueryClientProvider>
    </MantineProvider>
  );
}
