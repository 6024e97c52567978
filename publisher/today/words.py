"""In this file every act in the history gets the words an office uses for it."""

from __future__ import annotations

from flask_babel import gettext as _

from publisher.words import N_

ACTS = {
    "answer_contest": N_("答复异议"), "check_copy": N_("核对抄清件"), "contest": N_("提出异议"),
    "accept": N_("接收"), "acknowledge": N_("签收"), "add_file": N_("添加文件"),
    "adopt": N_("采用"), "annotate": N_("批注"), "answer_extension": N_("答复延期"),
    "approve": N_("审批通过"), "ask_transfer": N_("申请转办"),
    "decline_transfer": N_("不接收转办"), "drop_request": N_("申请作罢"), "look_back": N_("回访"),
    "offer_transfer": N_("送转办"), "refuse_transfer": N_("不同意转办"),
    "depart_from_limit": N_("不按批示期限"), "propose": N_("拟办"), "remind": N_("到期提醒"),
    "set_limit_class": N_("设定时限类别"), "take_over": N_("接收转办"),
    "arrange": N_("编排"), "ask_approval": N_("送审"),
    "ask_extension": N_("申请延期"), "assign": N_("立项交办"), "begin_correction": N_("开始更正"),
    "cancel": N_("作废"), "change_calendar": N_("修改日历"), "change_password": N_("修改密码"),
    "change_person": N_("修改人员"), "change_serial": N_("修改刊物"),
    "change_unit": N_("修改单位"), "chase": N_("催办"),
    "choose_instructions": N_("选定刊印的批示"), "classify": N_("归类"),
    "close": N_("办结"), "composed": N_("组版"), "correct": N_("更正"), "decide": N_("审批"),
    "deposited": N_("入库"), "describe": N_("修改刊期"), "download": N_("下载"),
    "drop": N_("撤下"), "end": N_("结束征集"), "found_serial": N_("办刊"),
    "give_mandate": N_("委托代录"), "give_out_copies": N_("编份号分发"),
    "grant_roles": N_("授予角色"), "join": N_("并入来稿"),
    "lock": N_("定版"), "make_item": N_("采编"), "mend": N_("校对改正"), "merge": N_("并稿"),
    "move_limit": N_("调整时限"), "name_substitute": N_("指定代办"), "note_only": N_("不立项"),
    "note_adoption": N_("登记上级采用"), "set_adoption_level": N_("注明采用级别"),
    "open_case": N_("立项"), "open_issue": N_("新编一期"), "open_unit": N_("建立单位"),
    "pass": N_("审批通过"), "place": N_("排入"), "publish": N_("刊发"), "published": N_("刊发"),
    "pull_proof": N_("出校样"), "read": N_("圈阅"), "recall": N_("撤回"),
    "register": N_("登记"), "reject": N_("不采用"),
    "release": N_("公开"), "remark": N_("校对意见"), "remove": N_("删除"), "reopen": N_("再批示"),
    "reopen_remark": N_("恢复校对意见"),
    "report": N_("报送办理结果"), "report_interim": N_("报送阶段性反馈"),
    "reply": N_("回复批注"), "reset_password": N_("重置密码"), "resubmit": N_("重报"),
    "return": N_("退回"),
    "return_copy": N_("退回重抄"), "return_report": N_("退回补办"),
    "return_to_desk": N_("退回编辑"), "review": N_("审结"),
    "revise": N_("修改"), "revise_article": N_("改正稿件"), "revise_note": N_("修改更正说明"),
    "see_result": N_("阅看办理结果"), "send_for_approval": N_("送审"),
    "send_for_signing": N_("送签"), "send_out": N_("发出"), "set_rule": N_("设定规则"),
    "settle_remark": N_("校对意见已改"),
    "sign": N_("签发"), "sign_for_copy": N_("登记签收"), "sign_in": N_("登录"),
    "sign_out": N_("退出"), "submit": N_("报送"),
    "take_back_note": N_("收回批注"), "take_back_copy": N_("登记清退"),
    "take_back_rejection": N_("放回待筛选"),
    "take_on": N_("建立账号"), "take_up": N_("采编"),
    "transcribe": N_("抄清"), "try_publication_again": N_("再试刊发"),
    "typeset": N_("排印"), "unplace": N_("移出"),
    "take_in_old_file": N_("收入旧刊"), "find_duplicate": N_("查出重复"),
    "refuse_old_file": N_("旧刊未能读取"), "recognise": N_("识别旧刊"),
    "read_again": N_("重新识别"), "review_anyway": N_("仍要核对"),
    "drop_old_file": N_("不予补录"), "mend_old_file": N_("核对旧刊"),
    "enter_old_issue": N_("补录入库"), "bring_in_issue": N_("从另一系统移入"),
    "file": N_("归档"), "ask_package": N_("生成移交包"),
    "heal_archive": N_("修复档案"), "verify_archive": N_("核验档案库"),
    "make_token": N_("生成接口密钥"), "end_token": N_("停用接口密钥"),
    "begin_collection": N_("建立专题"),
    "change_search": N_("修改订阅"), "change_synonyms": N_("修改同义词"),
    "export": N_("导出"), "forget_search": N_("删除检索"), "gather": N_("收入专题"),
    "give_up_collection": N_("删除专题"), "keep_search": N_("保存检索"),
    "look_up": N_("在PDF中查看标记处"), "search": N_("检索"), "take_out": N_("移出专题"),
    "void": N_("作废"), "withdraw": N_("撤回"), "write_instruction": N_("录入批示"),
    "make_layout": N_("建立版式"), "change_layout": N_("修改版式"),
    "take_back_layout": N_("恢复版式"), "bring_in_layout": N_("导入版式"),
    "delete_layout": N_("删除版式"),
    "take_in_old_register": N_("收入旧台账"), "read_old_register": N_("读取旧台账"),
    "import_old_register": N_("导入旧台账"), "end_old_register": N_("导完旧台账"),
    "review_old_register": N_("核对其余工作表"), "drop_old_register": N_("不予导入"),
    "name_officer": N_("指定经办人"),
    "hand_on_named": N_("限定知悉的批示改由他人经办"),
    "enter_old_entry": N_("由旧台账导入"),
}  # fmt: skip
"""Word of each act; a test holds this list against the acts the rooms tell."""


def act_word(act: str) -> str:
    """An act as it is shown."""
    return str(_(ACTS[act])) if act in ACTS else act
