//! A person's data by the program's own commands, for a request that came on paper.

use serde_json::Value;

use crate::program::{Files, Program};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_on_paper_is_answered_by_command() {
    let mut program = Program::start(&Files::quick()).await;
    let visitor = program.manager("Zdenka Quetzalcoatl").await;
    let status = visitor.ask("operators", "one", "/open checkout the flywheel sings").await.unwrap();
    assert!(status.is_success() || status.is_redirection(), "{status}");
    visitor.until("operators", "flywheel").await;
    // Beside the running program.
    let shown = program.succeed(&["privacy", "export", "--person", "Zdenka Quetzalcoatl"]);
    let json: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&json["form"], &json["people"][0]["name"]), (&1.into(), &"Zdenka Quetzalcoatl".into()));
    assert!(json["journal"][0]["texts"].to_string().contains("the flywheel sings"), "{json}");
    let file = program.folder().join("person.json");
    let out = file.to_str().unwrap().to_owned();
    program.succeed(&["privacy", "export", "--person", "Zdenka Quetzalcoatl", "--out", &out]);
    assert!(std::fs::read_to_string(&file).unwrap().contains("flywheel"));
    let again = program.output(&["privacy", "export", "--person", "Zdenka Quetzalcoatl", "--out", &out]);
    assert!(!again.status.success(), "nothing is overwritten");
    let erase = ["privacy", "erase", "--person", "zdenka quetzalcoatl", "--yes"];
    let refused = program.output(&erase);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("/privacy erase"), "{said}");
    assert!(program.stop().await.success());
    let counted = program.output(&erase[..4]);
    let said = String::from_utf8_lossy(&counted.stdout).into_owned();
    assert!(
        !counted.status.success() && said.contains("1 texts") && said.contains("Nothing was erased"),
        "{said}"
    );
    assert!(program.succeed(&erase).contains("Erased."));
    let bytes = std::fs::read(program.database()).unwrap();
    for gone in ["flywheel", "Quetzalcoatl"] {
        assert!(!bytes.windows(gone.len()).any(|window| window == gone.as_bytes()), "{gone}");
    }
    assert!(program.succeed(&["journal", "verify"]).contains("The delivery record of operators holds"));
    program.succeed(&["replay"]);
    assert!(!program.output(&erase).status.success(), "nobody is called so any more");
}
