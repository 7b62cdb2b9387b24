import { completeWord, type Shell } from './shells.ts';

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# In ~/.bashrc: source <(nix-python-container completion bash)
_nix_python_container() {
  local value
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      :files) compopt -o default 2>/dev/null ;;
      :folders) compopt -o plusdirs 2>/dev/null ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <(nix-python-container ${completeWord} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # Readline replaces only what is behind the last sign.
  if [[ \${COMP_WORDS[COMP_CWORD]} == = || \${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
    COMPREPLY=("\${COMPREPLY[@]#--*=}")
  fi
}
complete -F _nix_python_container nix-python-container
`,
  zsh: `#compdef nix-python-container
# In ~/.zshrc, after compinit: source <(nix-python-container completion zsh)
_nix_python_container() {
  local line
  local -a found
  for line in "\${(@f)$(nix-python-container ${completeWord} "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files ;;
      :folders) _files -/ ;;
      *$'\\t'*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) found+=("\${line//:/\\\\:}") ;;
    esac
  done
  (( $#found )) && _describe -t values value found
}
if [[ $funcstack[1] == _nix_python_container || $funcstack[1] == _nix-python-container ]]; then
  _nix_python_container
else
  compdef _nix_python_container nix-python-container
fi
`,
  fish: `# In ~/.config/fish/config.fish: nix-python-container completion fish | source
function __nix_python_container_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (nix-python-container ${completeWord} $words[2..-1] 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :folders
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c nix-python-container -f -a '(__nix_python_container_complete)'
`,
};

/** The script that a shell is to read. */
export const completionScript = (shell: Shell): string => scripts[shell];
